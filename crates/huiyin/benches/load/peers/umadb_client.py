"""Asks UmaDB through its own client for Python: as many threads as asked for, each the next append after the last answer.

umadb_client.py URL THREADS WARM_UP_SECONDS SECONDS RECEPTION_BYTES ISSUE_BYTES

Prints `begin` and `end` around the seconds that are measured, then one line of JSON: how long each append took that was
answered in that time, in microseconds, and the processor time of this process.
"""

import json
import os
import sys
import threading
import time
import uuid

from umadb import AppendCondition, Client, Event, Query, QueryItem

url, threads, warm_up, seconds, *lengths = sys.argv[1:]
begin = time.monotonic() + float(warm_up)
end = begin + float(seconds)
# One client for all threads costs less than one for each.
client = Client(url)


def ask(took):
    while (sent := time.monotonic()) < end:
        key = uuid.uuid4().hex
        reception, issue = f"reception:{key}", f"issue:{key}"
        about = [f"grid:{key[30:]}", f"delegate:{key[29:]}"]
        recorded, raised = (os.urandom(int(length)) for length in lengths)
        events = [
            Event("reception.recorded", recorded, [reception, *about]),
            Event("issue.raised", raised, [issue, reception, about[1]]),
        ]
        client.append(events, AppendCondition(Query([QueryItem(tags=[reception]), QueryItem(tags=[issue])])))
        if begin <= (now := time.monotonic()) < end:
            took.append(int((now - sent) * 1e6))


each = [[] for _ in range(int(threads))]
askers = [threading.Thread(target=ask, args=(took,)) for took in each]
for asker in askers:
    asker.start()
time.sleep(max(0, begin - time.monotonic()))
before = time.process_time()
print("begin", flush=True)
time.sleep(max(0, end - time.monotonic()))
print("end", flush=True)
spent = time.process_time() - before
for asker in askers:
    asker.join()
print(json.dumps({"took": sum(each, []), "client_seconds": spent}))
