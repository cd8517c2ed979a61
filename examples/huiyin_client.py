"""What both examples need to speak to a Huiyin server: one GET, with a token, that is patient with a server that
restarts and plain about one that says no. Standard library only.

Exit codes of the examples, told apart so that a scheduler can act on them:

    0  done
    2  wrong arguments
    3  the server says no (token, rights, parameters): asking again is useless
    4  no answer in the time given: ask again later
    5  what was answered does not fit: another log, a gap, a shape this program does not know
    6  a file of this machine cannot be read or written
"""

import email.message
import http.client
import json
import random
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

REFUSED, UNREACHABLE, UNFIT, FILES = 3, 4, 5, 6

ANSWER_BYTES_MAX = 64 * 1024 * 1024
ANSWER_SECONDS = 30.0
WAIT_SECONDS_MAX = 30.0


class Trouble(Exception):
    """An end of the job that its user has to know about: one line for the eye, one number for the scheduler."""

    def __init__(self, exit_code: int, message: str):
        super().__init__(message)
        self.exit_code = exit_code


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The server redirects no question of ours; following one would carry the token to another address."""

    def redirect_request(self, *_):
        return None


class Answer:
    """A good answer: its headers and its bytes."""

    def __init__(self, headers: email.message.Message, body: bytes):
        self.headers = headers
        self.body = body

    def json(self):
        """The body as JSON."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise Trouble(UNFIT, f"the server's answer is not JSON: {error}") from error


class Refused(Trouble):
    """The server says no; `said` begins with the code of its problem."""

    def __init__(self, message: str, said: str):
        super().__init__(REFUSED, message)
        self.said = said


class Client:
    """One server, asked as one account."""

    def __init__(self, url: str, token_file: Path, patience: float | None):
        """`patience`: seconds without an answer after which the job gives up; None is never."""
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise Trouble(2, f"--url is to be like http://127.0.0.1:8080, not {url!r}")
        self.url = url.rstrip("/")
        self.token_file = token_file
        self.patience = patience
        self._token = _token(token_file)
        self._opener = urllib.request.build_opener(_NoRedirects)

    def get(self, path: str, accept: str = "application/json", **query) -> Answer:
        """Asks, and asks again while the server restarts or is crowded. Parameters that are None are left out."""
        given = {name: value for name, value in query.items() if value is not None}
        address = f"{self.url}{path}" + (f"?{urllib.parse.urlencode(given)}" if given else "")
        request = urllib.request.Request(address, headers={
            "Authorization": f"Bearer {self._token}", "Accept": accept, "Accept-Language": "en",
            "User-Agent": "huiyin-example"})
        began, tries = time.monotonic(), 0
        while True:
            try:
                return self._once(request)
            except _Later as later:
                tries += 1
                wait = later.after or min(WAIT_SECONDS_MAX, 0.25 * 2 ** min(tries, 10)) * random.uniform(0.5, 1.0)
                if self.patience is not None and time.monotonic() - began + wait > self.patience:
                    raise Trouble(UNREACHABLE, f"{self.url} does not answer: {later}") from later
                if tries == 1:
                    print(f"{self.url}: {later}; trying again", file=sys.stderr, flush=True)
                time.sleep(wait)

    def _once(self, request: urllib.request.Request) -> Answer:
        try:
            with self._opener.open(request, timeout=ANSWER_SECONDS) as answer:
                body = answer.read(ANSWER_BYTES_MAX + 1)
                # Only a read to the end notices that the sender went away in the middle.
                if len(body) <= ANSWER_BYTES_MAX:
                    announced = answer.headers.get("Content-Length")
                    if announced is not None and int(announced) != len(body):
                        raise _Later("the answer broke off")
                    return Answer(answer.headers, body)
            raise Trouble(UNFIT, f"{request.full_url}: an answer of more than {ANSWER_BYTES_MAX} bytes")
        except urllib.error.HTTPError as error:
            if error.code in (429, 502, 503, 504):
                raise _Later(f"{error.code} {_said(error)}", error.headers.get("Retry-After")) from error
            if error.code >= 500:
                raise Trouble(UNREACHABLE, f"{request.full_url}: {error.code} {_said(error)}") from error
            hint = f" (the token is read from {self.token_file})" if error.code == 401 else ""
            said = _said(error)
            raise Refused(f"{request.full_url}: {error.code} {said}{hint}", said) from error
        except (http.client.HTTPException, OSError) as error:
            raise _Later(str(getattr(error, "reason", None) or error or type(error).__name__)) from error


class _Later(Exception):
    """No answer this time."""

    def __init__(self, message: str, retry_after: str | None = None):
        super().__init__(message)
        plain = retry_after is not None and retry_after.isascii() and retry_after.isdigit()
        self.after = min(float(retry_after), WAIT_SECONDS_MAX) if plain else None


def _said(error: urllib.error.HTTPError) -> str:
    """What a problem document says, on one line."""
    try:
        problem = json.loads(error.read(256 * 1024))
        faults = [f"{fault['pointer']}: {fault['detail']}" for fault in problem.get("errors", [])]
        return " ".join([f"{problem['code']}: {problem['detail']}", *faults]).replace("\n", " ")
    except (ValueError, KeyError, TypeError, AttributeError, OSError, http.client.HTTPException):
        return str(error.reason)


def _token(token_file: Path) -> str:
    try:
        token = token_file.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise Trouble(FILES, f"the token cannot be read from {token_file}: {error}") from error
    if not token or not all("!" <= c <= "~" for c in token):
        raise Trouble(FILES, f"{token_file} holds no token")
    return token


def add_server_arguments(parser) -> None:
    """The arguments that every job of this kind has."""
    parser.add_argument("--url", default="http://127.0.0.1:8080", help="address of the server (%(default)s)")
    parser.add_argument("--token-file", type=Path, default=Path("huiyin-data/admin.token"), metavar="FILE",
                        help="file that holds the token (%(default)s)")
    parser.add_argument("--patience", type=float, default=60.0, metavar="SECONDS",
                        help="how long to try without an answer (%(default)s); a job that follows tries for ever")


def whole(smallest: int, largest: int):
    """A whole number of the command line."""
    def read(text: str) -> int:
        number = int(text)
        if not smallest <= number <= largest:
            raise ValueError
        return number
    read.__name__ = f"number from {smallest} to {largest}"
    return read


def run(job) -> int:
    """Runs a job and turns its trouble into one line and an exit code."""
    try:
        return job() or 0
    except Trouble as trouble:
        print(f"{Path(sys.argv[0]).name}: {trouble}", file=sys.stderr)
        return trouble.exit_code
