//! UmaDB, an event store of its own, by its gRPC interface: its server comes with its Python package.
//!
//! It is asked by the same thread as everything else, in frames of HTTP/2 made by hand, so that its client costs as little
//! as ours; and through its own client for Python, whose cost is then told.

use crate::engine::Measured;
use crate::process::{Cpu, resident};
use crate::servers::{Protocol, Server, free_address};
use crate::wire::Frame;
use serde::Deserialize;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

pub const VERSION: &str = "0.7.8";

/// Where its server is: given, or installed from the Python registry into a directory below `dir`; or why there is none.
pub fn find(given: Option<&Path>, dir: &Path) -> Result<PathBuf, String> {
    if let Some(given) = given {
        return Ok(given.to_owned());
    }
    let venv = dir.join(format!("umadb-{VERSION}"));
    let server = venv.join("bin/umadb");
    if server.exists() {
        return Ok(server);
    }
    let run = |command: &mut Command| {
        let told = command.stdin(Stdio::null()).output().map_err(|error| error.to_string())?;
        let last = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().lines().last().unwrap_or_default().to_owned();
        if told.status.success() { Ok(()) } else { Err(last(&told.stderr)) }
    };
    run(Command::new("python3").args(["-m", "venv"]).arg(&venv))
        .and_then(|()| run(Command::new(venv.join("bin/pip")).args(["install", "-q", &format!("umadb=={VERSION}")])))
        .map_err(|why| format!("it cannot be installed here: {why}"))?;
    Ok(server)
}

/// Its server with an empty store in `dir`.
pub fn serve(server: &Path, dir: &Path) -> Server {
    let address = free_address();
    let mut command = Command::new(server);
    command.arg("--listen").arg(address.to_string()).arg("--db-path").arg(dir.join("uma.db"));
    Server::peer(&mut command, address, Protocol::Grpc)
}

/// Measures it through its own client, which lies beside its server.
pub fn measure_by_its_client(
    binary: &Path,
    server: &Server,
    threads: usize,
    (warm_up, length): (Duration, Duration),
    event_bytes: [usize; 2],
) -> Measured {
    #[derive(Deserialize)]
    struct Told {
        took: Vec<u32>,
        client_seconds: f64,
    }
    let numbers = [warm_up, length].map(|time| time.as_secs_f64().to_string());
    let mut command = Command::new(binary.with_file_name("python"));
    command.arg(CLIENT).arg(format!("http://{}", server.address)).arg(threads.to_string()).args(numbers);
    let mut child = command.args(event_bytes.map(|bytes| bytes.to_string())).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert_eq!(lines.next().as_deref(), Some("begin"));
    let before = Cpu::of(server.pid);
    assert_eq!(lines.next().as_deref(), Some("end"));
    let (server_cpu, resident) = (Cpu::of(server.pid).since(&before), resident(server.pid));
    let Told { mut took, client_seconds } = serde_json::from_str(&lines.next().unwrap()).unwrap();
    assert!(child.wait().unwrap().success());
    took.sort_unstable();
    let done = took.len() as u64;
    Measured {
        length,
        done,
        // Its client does not say when.
        fifths: [(done / 5, resident); 5],
        took,
        refused: 0,
        bytes: 0,
        server_cpu,
        generator_cpu: Duration::from_secs_f64(client_seconds),
    }
}

const CLIENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/load/peers/umadb_client.py");

/// What a connection begins with. Answers are small, so that what the windows grant at once lasts for all of them.
pub fn preface() -> Vec<u8> {
    let mut out = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    Frame::write(&mut out, Frame::SETTINGS, 0, 0, &[]);
    Frame::write(&mut out, Frame::WINDOW_UPDATE, 0, 0, &0x7fff_0000_u32.to_be_bytes());
    out
}

/// The `nth` request of a connection: two events with three tags each, under the condition that nothing of this reception
/// or issue was recorded before.
pub fn append(out: &mut Vec<u8>, nth: u32, key: &str, texts: [&str; 2], lengths: [usize; 2]) {
    let tags = [format!("reception:{key}"), format!("issue:{key}")];
    let event = |kind: &str, tags: &[&str], data: &[u8]| {
        let mut event = Vec::with_capacity(data.len() + 200);
        field(&mut event, 1, kind.as_bytes());
        for tag in tags {
            field(&mut event, 2, tag.as_bytes());
        }
        field(&mut event, 3, data);
        event
    };
    let [grid, delegate] = [format!("grid:{}", &key[30..]), format!("delegate:{}", &key[29..])];
    let mut request = Vec::with_capacity(4096);
    let [recorded, raised] = [0, 1].map(|at| of_length(texts[at], lengths[at]));
    field(&mut request, 1, &event("reception.recorded", &[&tags[0], &grid, &delegate], &recorded));
    field(&mut request, 1, &event("issue.raised", &[&tags[1], &tags[0], &delegate], &raised));
    let mut query = Vec::new();
    for tag in &tags {
        let mut item = Vec::new();
        field(&mut item, 2, tag.as_bytes());
        field(&mut query, 1, &item);
    }
    let mut condition = Vec::new();
    field(&mut condition, 1, &query);
    field(&mut request, 2, &condition);

    let stream = nth * 2 + 1;
    Frame::write(out, Frame::HEADERS, Frame::END_HEADERS, stream, HEADERS);
    let mut message = vec![0];
    message.extend_from_slice(&u32::try_from(request.len()).unwrap().to_be_bytes());
    message.extend_from_slice(&request);
    Frame::write(out, Frame::DATA, Frame::END_STREAM, stream, &message);
}

/// `text`, cut or filled up to a length.
fn of_length(text: &str, bytes: usize) -> Vec<u8> {
    let mut data = text.as_bytes().to_vec();
    data.resize(bytes, b' ');
    data
}

/// Method, scheme, path, authority, content type and `te`, as literals that no table remembers (RFC 7541).
const HEADERS: &[u8] =
    b"\x83\x86\x04\x14/umadb.v1.DCB/Append\x01\x05bench\x0f\x10\x10application/grpc\x00\x02te\x08trailers";

/// A field of Protocol Buffers with a length before it.
fn field(out: &mut Vec<u8>, number: u8, bytes: &[u8]) {
    out.push(number << 3 | 2);
    let mut length = bytes.len();
    loop {
        let [low, ..] = (length & 0x7f).to_le_bytes();
        length >>= 7;
        out.push(if length > 0 { low | 0x80 } else { low });
        if length == 0 {
            break;
        }
    }
    out.extend_from_slice(bytes);
}
