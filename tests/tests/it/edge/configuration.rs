//! Options from a file, the environment and the command line, and what is said of them.

use super::Served;
use crate::harness::Place;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

fn check(place: &Place, arguments: &[&str], variables: &[(&str, &str)]) -> (i32, String, String) {
    let mut command = Command::new(place.command("config").get_program());
    command.args(["config", "check"]).args(arguments).env("LC_ALL", "en_US.UTF-8").stdin(Stdio::null());
    for (name, value) in variables {
        command.env(name, value);
    }
    let ended = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (ended.status.code().unwrap(), text(&ended.stdout), text(&ended.stderr))
}

#[test]
fn the_file_is_below_the_environment_and_that_below_the_command_line() {
    let place = Place::new();
    let file = place.data().with_file_name("huiyin.toml");
    fs::write(&file, "workers = 3\nrate_address = 50\nlog = \"warn\"\ncors_origins = [\"https://front.example\"]\n")
        .unwrap();
    let named = ["--config", file.to_str().unwrap()];
    let (code, told, _) = check(&place, &named, &[("HUIYIN_RATE_ADDRESS", "60"), ("HUIYIN_LOG", "error")]);
    assert_eq!(code, 0, "{told}");
    for line in [
        "workers = \"3\"  # file",
        "rate_address = \"60\"  # HUIYIN_RATE_ADDRESS",
        "log = \"error\"  # HUIYIN_LOG",
        "cors_origins = \"https://front.example\"  # file",
        "listen = \"127.0.0.1:8080\"  # default",
        "demo = false  # default",
        "# origin  # default",
    ] {
        assert!(told.lines().any(|told| told == line), "{line}\n{told}");
    }
    // What is printed is a file again, with the same meaning.
    let again = file.with_file_name("again.toml");
    fs::write(&again, &told).unwrap();
    let (code, told_again, _) = check(&place, &["--config", again.to_str().unwrap()], &[]);
    let values = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| line.split("  # ").next().unwrap().to_owned()).collect()
    };
    assert_eq!((code, values(&told_again)), (0, values(&told)));
    // By a variable, too; and the command line outranks all.
    let (_, told, _) =
        check(&place, &["--log", "debug"], &[("HUIYIN_CONFIG", file.to_str().unwrap()), ("HUIYIN_LOG", "error")]);
    assert!(told.contains("log = \"debug\"  # --log\n") && told.contains("workers = \"3\"  # file\n"), "{told}");
    // No file is read that nobody names.
    let mut command = Command::new(place.command("config").get_program());
    let beside = command.args(["config", "check"]).current_dir(file.parent().unwrap()).output().unwrap();
    assert!(!String::from_utf8_lossy(&beside.stdout).contains("workers = \"3\""));
}

#[test]
fn what_is_wrong_with_a_file_is_told_whole_and_nothing_starts() {
    let place = Place::new();
    let file = place.data().with_file_name("huiyin.toml");
    let named = ["--config", file.to_str().unwrap()];
    let (code, _, told) = check(&place, &named, &[]);
    assert!(code == 2 && told.contains("huiyin.toml: No such file"), "{told}");
    fs::write(&file, "listn = \"x\"\nworkers = 0\n").unwrap();
    let (code, _, told) = check(&place, &named, &[]);
    assert!(code == 2 && told.contains("listn: there is no such key; perhaps listen is meant"), "{told}");
    assert!(told.contains("huiyin.toml: workers: \"0\" does not fit: it must be between 1 and 256"), "{told}");
    let served = place.command("serve").args(named).output().unwrap();
    assert_eq!(served.status.code(), Some(2));
    assert!(!place.data().exists());
    // Values that fit one by one and not together.
    fs::write(&file, "tls_cert = \"/nowhere/cert.pem\"\n").unwrap();
    let (code, _, told) = check(&place, &named, &[]);
    assert!(code == 1 && told.contains("--tls-cert needs --tls-key"), "{told}");
    fs::write(&file, "tls_cert = \"/nowhere/cert.pem\"\ntls_key = \"/nowhere/key.pem\"\n").unwrap();
    let (code, _, told) = check(&place, &named, &[]);
    assert!(code == 1 && told.contains("--tls-cert /nowhere/cert.pem: No such file"), "{told}");
}

#[test]
fn a_passphrase_that_lies_open_or_beside_what_it_opens_is_told() {
    let place = Place::new();
    let at = |name: &str| place.data().with_file_name(name).to_str().unwrap().to_owned();
    let (backups, file) = (at("backups"), at("passphrase"));
    fs::create_dir(&backups).unwrap();
    fs::write(&file, "江桥镇人大二〇二六年十一月\n").unwrap();
    let checked = |file: &str| {
        let data = place.data().to_str().unwrap().to_owned();
        check(&place, &["--data", &data, "--key-backup", &backups, "--passphrase-file", file], &[])
    };
    for (mode, open) in [(0o644, true), (0o640, false)] {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        let (code, _, told) = checked(&file);
        let expected = format!("--passphrase-file {file}: everybody on this machine may read it");
        assert_eq!((code, told.contains(&expected)), (0, open), "{mode:o} {told}");
    }
    let inside = format!("{backups}/passphrase");
    fs::rename(&file, &inside).unwrap();
    let (code, _, told) = checked(&inside);
    assert!(code == 1 && told.contains("must not lie beside the backups that it opens"), "{told}");
}

#[test]
fn the_server_tells_its_configuration() {
    let place = Place::new();
    let file = place.data().with_file_name("huiyin.toml");
    fs::write(&file, "workers = 2\nrate_account = \"off\"\n").unwrap();
    let served = Served::start(&place, |command| {
        command.arg("--config").arg(&file).env("HUIYIN_SECURITY_DAYS", "200");
    });
    assert_eq!(served.get("/v1/configuration", "").0, 401);
    let (status, told) = served.get("/v1/configuration", &place.token());
    assert_eq!(status, 200, "{told}");
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["file"], file.to_str().unwrap());
    let item = |name: &str| {
        let items = told["items"].as_array().unwrap();
        items.iter().find(|item| item["name"] == name).unwrap_or_else(|| panic!("{name}: {told}")).clone()
    };
    for (name, value, source) in [
        ("workers", "2", "file"),
        ("rate_account", "off", "file"),
        ("security_days", "200", "environment"),
        ("rate_address", "20", "default"),
    ] {
        assert_eq!((&item(name)["value"], &item(name)["source"]), (&value.into(), &source.into()), "{name}");
    }
    assert_eq!(item("listen")["source"], "flag");
    assert_eq!(item("origin").get("value"), None);
}
