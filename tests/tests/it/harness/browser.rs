//! A headless browser, driven by the W3C WebDriver protocol, for what only a browser shows.

use super::http::{Call, agent};
use super::tools::{succeeds, there_is};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use ureq::Agent;

/// Longest wait for a page to do something, far above what it takes.
const PATIENCE: Duration = Duration::from_secs(90);

/// Whether a test can drive a browser here.
pub fn there_is_a_browser(test: &str) -> bool {
    let runs = |program: &str| succeeds(Command::new(program).arg("--version"));
    there_is(test, "chromium or chromedriver", runs("chromedriver") && runs("chromium"))
}

/// One window. The browser ends with its drop.
#[derive(Debug)]
pub struct Browser {
    driver: Child,
    agent: Agent,
    session: String,
}

impl Browser {
    /// A window of this many pixels.
    pub fn of_size(width: u32, height: u32) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < PATIENCE, "chromedriver does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        let mut browser = Self { driver, agent: agent(), session: format!("http://127.0.0.1:{port}/session") };
        // Nothing but the page itself is to be asked for, and a test may run as root, where the sandbox cannot.
        let arguments = [
            "--headless=new".to_owned(),
            format!("--window-size={width},{height}"),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--disable-quic".to_owned(),
        ];
        let capabilities = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "goog:loggingPrefs": {"browser": "ALL"},
            "goog:chromeOptions": {"args": arguments}}}});
        let made = browser.post("", &capabilities);
        let id = made["sessionId"].as_str().unwrap_or_else(|| panic!("no session: {made}")).to_owned();
        browser.session = format!("{}/{id}", browser.session);
        // The window of a desktop has a least width; the page is to be as narrow as asked for all the same.
        let narrow = json!({"cmd": "Emulation.setDeviceMetricsOverride",
            "params": {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}});
        browser.post("/goog/cdp/execute", &narrow);
        browser
    }

    /// Goes to an address.
    #[track_caller]
    pub fn open(&self, url: &str) {
        self.post("/url", &json!({"url": url}));
    }

    /// From now on it sends these headers with each request.
    #[track_caller]
    pub fn sends(&self, headers: &[(&str, &str)]) {
        let headers: Value = headers.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        self.post("/goog/cdp/execute", &json!({"cmd": "Network.enable", "params": {}}));
        let extra = json!({"cmd": "Network.setExtraHTTPHeaders", "params": {"headers": headers}});
        self.post("/goog/cdp/execute", &extra);
    }

    /// From now on pages run no scripts of theirs.
    #[track_caller]
    pub fn runs_no_scripts(&self) {
        let disabled = json!({"cmd": "Emulation.setScriptExecutionDisabled", "params": {"value": true}});
        self.post("/goog/cdp/execute", &disabled);
    }

    /// Loads the page again.
    pub fn reload(&self) {
        self.post("/refresh", &json!({}));
    }

    /// What a function's body returns in the page; its arguments are `arguments[0]` and on.
    #[track_caller]
    pub fn run(&self, body: &str, arguments: &[&str]) -> Value {
        self.post("/execute/sync", &json!({"script": body, "args": arguments}))
    }

    /// The first value of a function's body that is neither null nor false nor empty.
    #[track_caller]
    pub fn wait_for(&self, what: &str, body: &str, arguments: &[&str]) -> Value {
        let begun = Instant::now();
        loop {
            let value = self.run(body, arguments);
            if !(value.is_null() || value == json!(false) || value == json!("")) {
                return value;
            }
            assert!(begun.elapsed() < PATIENCE, "it never came: {what}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The page on A4: a PDF.
    pub fn print(&self) -> Vec<u8> {
        self.print_on((21.0, 29.7))
    }

    /// The page on paper of this width and height, cm: a PDF.
    pub fn print_on(&self, (width, height): (f64, f64)) -> Vec<u8> {
        let printed = self.post("/print", &json!({"page": {"width": width, "height": height}, "shrinkToFit": false}));
        STANDARD.decode(printed.as_str().unwrap()).unwrap()
    }

    /// What the page complained of on its console.
    pub fn complaints(&self) -> Vec<String> {
        let lines = self.post("/se/log", &json!({"type": "browser"}));
        let severe = lines.as_array().into_iter().flatten().filter(|line| line["level"] == "SEVERE");
        severe.map(|line| line["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    #[track_caller]
    fn post(&self, path: &str, body: &Value) -> Value {
        let call = Call::new(&self.agent, "POST", format!("{}{path}", self.session));
        let answer = call.body("application/json", body.to_string()).send();
        let value = answer.json()["value"].clone();
        assert_eq!(answer.status, 200, "POST {path}: {value:#}");
        value
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let ended = Call::new(&self.agent, "DELETE", self.session.clone()).try_send();
        // The driver takes its browser along, in order or not.
        drop(ended);
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
