//! TLS by the server itself: what is spoken, what a wrong file is told, new files without a stop, and the bounds that hold
//! for everybody. Certificates are made by openssl, the client is curl.

use super::{PATIENCE, Served, status};
use crate::harness::{Place, there_is};
use serde_json::Value;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Whether both are here.
fn tools(test: &str) -> bool {
    let runs =
        |tool: &str, argument: &str| Command::new(tool).arg(argument).output().is_ok_and(|out| out.status.success());
    there_is(test, "openssl", runs("openssl", "version")) && there_is(test, "curl", runs("curl", "--version"))
}

/// Certificate and key of a name, in files `<name>.crt` and `<name>.key` beside the data.
fn certificate(place: &Place, name: &str) -> (PathBuf, PathBuf) {
    certificate_for(place, name, 30)
}

/// One that holds for so many days.
fn certificate_for(place: &Place, name: &str, days: u32) -> (PathBuf, PathBuf) {
    let folder = place.data().parent().unwrap().to_owned();
    let (certificate, key) = (folder.join(format!("{name}.crt")), folder.join(format!("{name}.key")));
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            &days.to_string(),
        ])
        .args(["-subj", &format!("/CN={name}"), "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout"])
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    (certificate, key)
}

/// What curl got: its exit code, and head and body as they came.
fn curl(trusted: &Path, arguments: &[&str]) -> (i32, String) {
    let asked =
        Command::new("curl").args(["-sS", "-i", "--max-time", "20", "--cacert"]).arg(trusted).args(arguments).output();
    let asked = asked.unwrap();
    (asked.status.code().unwrap_or(-1), String::from_utf8_lossy(&asked.stdout).into_owned())
}

fn command(place: &Place, certificate: &Path, key: &Path) -> Command {
    let mut command = place.command("serve");
    command.arg("--tls-cert").arg(certificate).arg("--tls-key").arg(key);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn serve(mut command: Command, trusted: &Path) -> Served {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    command.args(["--listen", &address.to_string()]);
    let mut served = Served { child: command.spawn().unwrap(), address };
    let begun = Instant::now();
    while curl(trusted, &[&served.url("/health/live")]).0 != 0 {
        assert!(served.child.try_wait().unwrap().is_none(), "it ended");
        assert!(begun.elapsed() < PATIENCE, "it is not ready");
        std::thread::sleep(Duration::from_millis(50));
    }
    served
}

impl Served {
    fn url(&self, path: &str) -> String {
        format!("https://{}{path}", self.address)
    }
}

#[test]
fn it_speaks_tls_of_today_and_nothing_older() {
    if !tools("it_speaks_tls_of_today_and_nothing_older") {
        return;
    }
    let place = Place::new();
    let (certificate, key) = certificate(&place, "one");
    let served = serve(command(&place, &certificate, &key), &certificate);
    let live = served.url("/health/live");
    for version in [&["--tlsv1.2", "--tls-max", "1.2"][..], &["--tlsv1.3"], &["--http2"]] {
        let (code, answer) = curl(&certificate, &[version, &[live.as_str()]].concat());
        assert_eq!(code, 0, "{version:?}");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.contains("\r\nstrict-transport-security: max-age=31536000\r\n"), "{answer}");
    }
    // 35: no agreement.
    assert_eq!(curl(&certificate, &["--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0", &live]).0, 35);
    // A command and an answer of some length, by a client that knows nothing of this server but the certificate.
    let token = format!("authorization: Bearer {}", place.token());
    let (code, answer) = curl(&certificate, &["-H", &token, "--json", "{}", &served.url("/v1/feed/tickets")]);
    assert!(code == 0 && answer.starts_with("HTTP/1.1 200"), "{answer}");
    let (_, document) = curl(&certificate, &[&served.url("/openapi.json")]);
    let (_, body) = document.split_once("\r\n\r\n").unwrap();
    assert!(serde_json::from_str::<Value>(body).is_ok());
    // Whoever forgets the s is told.
    let plain = served.says("GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n");
    assert_eq!(status(&plain), 400, "{plain}");
    assert!(plain.contains("https://") && plain.contains("application/problem+json"), "{plain}");
}

#[test]
fn new_files_are_read_without_a_stop_and_wrong_ones_change_nothing() {
    if !tools("new_files_are_read_without_a_stop_and_wrong_ones_change_nothing") {
        return;
    }
    let place = Place::new();
    let (first, key) = certificate(&place, "first");
    let (second, second_key) = certificate_for(&place, "second", 2);
    let at = |name: &str| place.data().with_file_name(name);
    let (used, used_key) = (at("used.crt"), at("used.key"));
    fs::copy(&first, &used).unwrap();
    fs::copy(&key, &used_key).unwrap();
    let served = serve(command(&place, &used, &used_key), &first);
    let live = served.url("/health/live");
    let hang_up = || {
        let asked = Command::new("kill").args(["-HUP", &served.child.id().to_string()]).status().unwrap();
        assert!(asked.success());
    };
    let speaks_with = |trusted: &Path| {
        let begun = Instant::now();
        while curl(trusted, &[&live]).0 != 0 {
            assert!(begun.elapsed() < PATIENCE, "{} is not what it speaks with", trusted.display());
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    let token = format!("authorization: Bearer {}", place.token());
    let health = |trusted: &Path| {
        let begun = Instant::now();
        loop {
            // Before the boards are ready it is 503.
            let (_, answer) = curl(trusted, &["-H", &token, &served.url("/health/ready")]);
            if answer.starts_with("HTTP/1.1 200") {
                return answer;
            }
            assert!(begun.elapsed() < PATIENCE, "{answer}");
        }
    };
    assert!(health(&first).contains("\"ready\""), "it holds for a month");
    fs::copy(&second, &used).unwrap();
    fs::copy(&second_key, &used_key).unwrap();
    // Not before it is told.
    assert_eq!(curl(&second, &[&live]).0, 60);
    hang_up();
    speaks_with(&second);
    let ends = health(&second);
    assert!(ends.contains("\"degraded\"") && ends.contains("certificate_ends"), "{ends}");
    // The key of another, as where only one of the two was replaced: what was read before stays, and health says it.
    fs::copy(&key, &used_key).unwrap();
    hang_up();
    let begun = Instant::now();
    let told = loop {
        let (_, answer) = curl(&second, &["-H", &token, &served.url("/health/ready")]);
        // Before the boards are ready it is 503.
        if answer.starts_with("HTTP/1.1 200") && answer.contains("used.key") {
            break answer;
        }
        assert!(begun.elapsed() < PATIENCE, "{answer}");
        std::thread::sleep(Duration::from_millis(50));
    };
    assert!(told.contains("degraded"), "{told}");
    fs::copy(&first, &used).unwrap();
    hang_up();
    speaks_with(&first);
}

#[test]
fn a_wrong_file_is_refused_by_name_before_anything_is_made() {
    if !tools("a_wrong_file_is_refused_by_name_before_anything_is_made") {
        return;
    }
    let place = Place::new();
    let (certificate, key) = self::certificate(&place, "one");
    let (other, other_key) = self::certificate(&place, "other");
    let at = |name: &str| place.data().with_file_name(name);
    fs::write(at("empty"), "").unwrap();
    fs::write(at("broken"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
    let missing = at("missing");
    for (certificate, key, option, file, en, zh) in [
        (&missing, &key, "--tls-cert", "missing", "No such file", "没有这个文件"),
        (&certificate, &missing, "--tls-key", "missing", "No such file", "没有这个文件"),
        (&at("empty"), &key, "--tls-cert", "empty", "no certificate in it", "没有 PEM 格式的证书"),
        (&key, &key, "--tls-cert", "one.key", "no certificate in it", "没有 PEM 格式的证书"),
        (&at("broken"), &key, "--tls-cert", "broken", "cannot be used", "无法使用"),
        (&certificate, &at("empty"), "--tls-key", "empty", "no private key in it", "没有 PEM 格式的未加密私钥"),
        (&certificate, &certificate, "--tls-key", "one.crt", "no private key in it", "没有 PEM 格式的未加密私钥"),
        (&certificate, &other_key, "--tls-key", "other.key", "does not belong", "不配"),
        (&other, &key, "--tls-key", "one.key", "does not belong", "不配"),
    ] {
        for (locale, why) in [("en_GB.UTF-8", en), ("zh_CN.UTF-8", zh)] {
            let ended =
                command(&place, certificate, key).env("LC_ALL", locale).stderr(Stdio::piped()).output().unwrap();
            let told = String::from_utf8_lossy(&ended.stderr).into_owned();
            assert_eq!(ended.status.code(), Some(1), "{told}");
            assert!(told.contains(option) && told.contains(file) && told.contains(why), "{why}: {told}");
        }
    }
    assert!(!place.data().exists());
    // One without the other is no TLS.
    let alone = place.command("serve").arg("--tls-cert").arg(&certificate).output().unwrap();
    assert_eq!(alone.status.code(), Some(1));
}

/// The commands that ask a server do so over TLS, and believe whom they are told to believe.
#[test]
fn commands_ask_over_tls() {
    if !tools("commands_ask_over_tls") {
        return;
    }
    let place = Place::new();
    let (authority, authority_key) = certificate(&place, "authority");
    let at = |name: &str| place.data().with_file_name(name);
    let openssl = |arguments: &[&str]| {
        let ended = Command::new("openssl").args(arguments).output().unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    };
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let (key, request, signed) = (text(&at("server.key")), text(&at("server.csr")), at("server.crt"));
    fs::write(at("names"), "subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n").unwrap();
    openssl(&[
        "req",
        "-new",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=server",
        "-keyout",
        &key,
        "-out",
        &request,
    ]);
    openssl(&[
        "x509",
        "-req",
        "-days",
        "2",
        "-in",
        &request,
        "-CA",
        &text(&authority),
        "-CAkey",
        &text(&authority_key),
        "-CAcreateserial",
        "-extfile",
        &text(&at("names")),
        "-out",
        &text(&signed),
    ]);
    let served = serve(command(&place, &signed, Path::new(&key)), &authority);
    let url = format!("https://{}", served.address);
    let asks = |arguments: &[&str]| {
        let mut command = Command::new(place.command("health").get_program());
        let ended = command.args(arguments).env("LC_ALL", "en_US.UTF-8").output().unwrap();
        let said = [ended.stdout, ended.stderr].concat();
        (ended.status.code().unwrap(), String::from_utf8_lossy(&said).into_owned())
    };
    let begun = Instant::now();
    while asks(&["health", "--url", &url, "--tls-ca", &text(&authority)]).0 != 0 {
        assert!(begun.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(50));
    }
    let (code, told) = asks(&["health", "--url", &url]);
    assert!(code == 1 && told.contains("--tls-ca"), "{told}");
    // Of another authority, and under a name that is not the certificate's.
    let (other, _) = certificate(&place, "other");
    assert_eq!(asks(&["health", "--url", &url, "--tls-ca", &text(&other)]).0, 1);
    let by_name = url.replace("127.0.0.1", "localhost");
    assert_eq!(asks(&["health", "--url", &by_name, "--tls-ca", &text(&authority)]).0, 1);
    // A command with a token, and an answer of some length.
    let data = text(&place.data());
    let (code, told) = asks(&["token", "list", "--url", &url, "--tls-ca", &text(&authority), "--data", &data]);
    assert_eq!(code, 0, "{told}");
}

/// Connections that begin no TLS give their seats to who asks, and wait no longer than a head may take.
#[test]
fn half_begun_tls_shuts_nobody_out() {
    if !tools("half_begun_tls_shuts_nobody_out") {
        return;
    }
    let place = Place::new();
    let (certificate, key) = certificate(&place, "one");
    let whole = command(&place, &certificate, &key);
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "ulimit -Sn 300; ulimit -Hn 400; exec \"$0\" \"$@\""])
        .arg(whole.get_program())
        .args(whole.get_args());
    limited.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let served = serve(limited, &certificate);
    let live = served.url("/health/live");
    let mut held = Vec::new();
    for nth in 0..500 {
        let mut connection = TcpStream::connect(served.address).unwrap();
        // Silent ones, and some that begin a handshake and stop.
        if nth % 2 == 0 {
            connection.write_all(&[22, 3, 1]).unwrap();
        }
        held.push(connection);
        if held.len() % 100 == 0 {
            assert_eq!(curl(&certificate, &[&live]).0, 0);
        }
    }
    // The last one is left when its time is over.
    let mut last = held.pop().unwrap();
    last.set_read_timeout(Some(PATIENCE)).unwrap();
    let begun = Instant::now();
    let mut end = Vec::new();
    let _ = last.read_to_end(&mut end);
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}
