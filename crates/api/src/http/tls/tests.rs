#![allow(clippy::unwrap_used)]
use super::*;

/// Of nobody's: self-signed, and its key was thrown away.
const CERTIFICATE: &str = "\
-----BEGIN CERTIFICATE-----
MIIBhzCCAS2gAwIBAgIUcKyZLRKp2EFCC5+1Xp4n1AzIYHgwCgYIKoZIzj0EAwIw
GTEXMBUGA1UEAwwOaHVpeWluLmV4YW1wbGUwHhcNMjYxMTMwMTU1NDI4WhcNMjYx
MjMwMTU1NDI4WjAZMRcwFQYDVQQDDA5odWl5aW4uZXhhbXBsZTBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABF4FfuPlP0zOGAhY+8p624No6E71JYgXvG6PkmB0BdiJ
WUDPM7I/In2uPHK7hZBZuw3eCYHzCRyShu/X3lDAzhqjUzBRMB0GA1UdDgQWBBRH
g6FF7bjHTrRQ6ytZbe+h23ppQDAfBgNVHSMEGDAWgBRHg6FF7bjHTrRQ6ytZbe+h
23ppQDAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIBeqZZrBvHgq
atDbnDlH2+siySJY1PewIEoKaR1cFdKNAiEA1q81MHkuWhcxjnXyhs9HlNtc3Vpv
7QVB8b9sHthT97c=
-----END CERTIFICATE-----
";

#[test]
fn the_end_of_a_certificate_is_what_stands_in_it() {
    let certificate = CertificateDer::from_pem_slice(CERTIFICATE.as_bytes()).unwrap();
    let ends = ends_at(&certificate).unwrap();
    assert_eq!(ends.to_rfc3339_opts(SecondsFormat::Secs, true), "2026-12-30T15:54:28Z");
    assert_eq!(ends_at(&CertificateDer::from(vec![0x30, 0])), None);
}

#[test]
fn an_end_is_told_from_fourteen_days_before_on() {
    let ends: DateTime<Utc> = "2026-12-30T15:54:28Z".parse().unwrap();
    let said = |before: TimeDelta| ending(Path::new("/tls.crt"), ends, ends - before).map(|said| said.en);
    assert_eq!(said(TimeDelta::days(14)), None);
    let soon = said(TimeDelta::days(14) - TimeDelta::seconds(1)).unwrap();
    assert!(soon.contains("13 days from now") && soon.contains("/tls.crt"), "{soon}");
    assert!(said(TimeDelta::zero()).unwrap().contains("0 days from now"));
    let ended = said(-TimeDelta::seconds(1)).unwrap();
    assert!(ended.contains("ended at 2026-12-30T15:54:28Z"), "{ended}");
}
