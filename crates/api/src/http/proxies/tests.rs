#![allow(clippy::unwrap_used)]
use super::*;
use actix_web::http::header::HeaderValue;

fn headers(lines: &[(&str, &str)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in lines {
        map.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap());
    }
    map
}

/// What is made of a chain by a server that trusts 10.0.0.0/8 and 2001:db8:aa::/48, and whose peer is `peer`.
fn client(peer: &str, lines: &[(&str, &str)]) -> Result<Client, &'static str> {
    let proxies: Proxies = "10.0.0.0/8, 2001:db8:aa::/48".parse().unwrap();
    proxies.client(peer.parse().unwrap(), false, &headers(lines)).map_err(|problem| problem.code.as_str())
}

/// From where it came, with which headers, and what is believed of it: an address, or 400.
type Forged = (&'static str, &'static [(&'static str, &'static str)], Result<&'static str, &'static str>);

/// Chains that somebody forged, and what is believed of them: the address, or 400.
#[test]
fn a_forged_chain_is_believed_as_far_as_our_own_proxies_wrote_it() {
    const XFF: &str = "X-Forwarded-For";
    const FORWARDED: &str = "Forwarded";
    let proxy = "10.0.0.1";
    #[rustfmt::skip]
    let cases: &[Forged] = &[
        // Straight to the server: whatever they say of themselves.
        ("198.51.100.7", &[(XFF, "127.0.0.1")], Ok("198.51.100.7")),
        ("198.51.100.7", &[(FORWARDED, "for=127.0.0.1;proto=https")], Ok("198.51.100.7")),
        ("198.51.100.7", &[(XFF, "10.0.0.9"), (FORWARDED, "for=nonsense;;")], Ok("198.51.100.7")),
        ("127.0.0.1", &[(XFF, "192.0.2.1")], Ok("127.0.0.1")),
        // Through one proxy, which adds whom it sees at the right.
        (proxy, &[(XFF, "198.51.100.7")], Ok("198.51.100.7")),
        (proxy, &[(XFF, "127.0.0.1, 198.51.100.7")], Ok("198.51.100.7")),
        (proxy, &[(XFF, "10.0.0.2, 198.51.100.7")], Ok("198.51.100.7")),
        (proxy, &[(XFF, "<script>, 198.51.100.7, 10.3.2.1")], Ok("198.51.100.7")),
        (proxy, &[(XFF, "198.51.100.7, <script>")], Err("bad_header")),
        (proxy, &[(XFF, "192.0.2.66"), (XFF, "198.51.100.7")], Ok("198.51.100.7")),
        // Through two, of which the outer one added the client.
        (proxy, &[(XFF, "192.0.2.66, 198.51.100.7, 10.9.9.9")], Ok("198.51.100.7")),
        (proxy, &[(XFF, "192.0.2.66, 198.51.100.7:4711, 10.9.9.9:80")], Ok("198.51.100.7")),
        // Somebody who claims to be behind our proxies is behind one that is not ours.
        (proxy, &[(XFF, "192.0.2.66, 10.0.0.5, 198.51.100.7, 10.9.9.9")], Ok("198.51.100.7")),
        // From within: the outermost of ours.
        (proxy, &[(XFF, "10.1.1.1")], Ok("10.1.1.1")),
        (proxy, &[], Ok("10.0.0.1")),
        // A proxy that does not say whom it speaks for is the client.
        (proxy, &[(XFF, "192.0.2.66, unknown")], Ok("10.0.0.1")),
        (proxy, &[(FORWARDED, "for=192.0.2.66, for=_hidden, for=10.7.7.7")], Ok("10.7.7.7")),
        // RFC 7239, with what a quoted string may hide.
        (proxy, &[(FORWARDED, "for=192.0.2.66, for=\"[2001:db8::17]:4711\";proto=https")], Ok("2001:db8::17")),
        (proxy, &[(FORWARDED, "for=\"192.0.2.66, for=10.0.0.1\", for=198.51.100.7")], Err("bad_header")),
        (proxy, &[(FORWARDED, "for=198.51.100.7;by=\"a,b;for=1\\\".2\";host=h.example")], Ok("198.51.100.7")),
        (proxy, &[(FORWARDED, "for=192.0.2.66;for=198.51.100.7")], Err("bad_header")),
        (proxy, &[(FORWARDED, "for=198.51.100.7;proto=\"https")], Err("bad_header")),
        (proxy, &[(FORWARDED, "198.51.100.7")], Err("bad_header")),
        // One kind of header is the proxy's, the other came from the client and was passed on.
        (proxy, &[(FORWARDED, "for=127.0.0.1"), (XFF, "198.51.100.7")], Err("bad_header")),
        (proxy, &[(FORWARDED, "for=198.51.100.7"), (XFF, "192.0.2.66, 198.51.100.7")], Ok("198.51.100.7")),
        // IPv6, also where it carries an IPv4 address.
        ("::ffff:10.0.0.1", &[(XFF, "::ffff:198.51.100.7")], Ok("198.51.100.7")),
        ("2001:db8:aa::1", &[(XFF, "127.0.0.1, 2001:db8:bb::7, 2001:db8:aa::2")], Ok("2001:db8:bb::7")),
        // What is no address is none, however it begins.
        (proxy, &[(XFF, "198.51.100.7.evil.example")], Err("bad_header")),
        (proxy, &[(XFF, "")], Err("bad_header")),
        (proxy, &[(XFF, "0x7f.1")], Err("bad_header")),
    ];
    for (peer, lines, expected) in cases {
        let found = client(peer, lines).map(|client| client.address.to_string());
        assert_eq!(found.as_deref().map_err(|code| *code), *expected, "{peer} {lines:?}");
    }
}

#[test]
fn a_chain_is_read_no_further_than_it_may_be_long() {
    let long = vec!["10.0.0.2"; PROXIES_MAX + 5].join(",");
    let line = format!("198.51.100.7,{long}");
    assert_eq!(client("10.0.0.1", &[("X-Forwarded-For", &line)]).unwrap().address.to_string(), "10.0.0.2");
}

#[test]
fn scheme_and_host_are_those_that_the_nearest_proxy_saw() {
    let (chain, secure) = (("X-Forwarded-For", "198.51.100.7"), ("X-Forwarded-Proto", "https"));
    let sent = headers(&[("Host", "inside:8080")]);
    let seen = client("10.0.0.1", &[chain, secure, ("X-Forwarded-Host", "evil.example, H.example:8443")]).unwrap();
    assert!(seen.secure && seen.forwarded);
    assert_eq!(seen.host(&sent), Some("h.example:8443"));
    let seen = client("10.0.0.1", &[chain, ("X-Forwarded-Proto", "https, http")]).unwrap();
    assert_eq!((seen.secure, seen.host(&sent)), (false, Some("inside:8080")));
    let told = client("10.0.0.1", &[("Forwarded", "for=198.51.100.7;proto=HTTPS;host=\"h.example:8443\"")]).unwrap();
    assert_eq!((told.secure, told.host(&sent)), (true, Some("h.example:8443")));
    // Nobody else is believed.
    let direct = client("198.51.100.7", &[secure, ("X-Forwarded-Host", "evil.example")]).unwrap();
    assert_eq!((direct.secure, direct.forwarded, direct.host(&sent)), (false, false, Some("inside:8080")));
    for wrong in [
        &[chain, ("X-Forwarded-Proto", "gopher")][..],
        &[chain, ("X-Forwarded-Host", "h.example/../")],
        &[chain, ("X-Forwarded-Host", "user@h.example")],
        &[secure, ("Forwarded", "for=198.51.100.7;proto=http")],
    ] {
        assert_eq!(client("10.0.0.1", wrong), Err("bad_header"), "{wrong:?}");
    }
}

#[test]
fn a_network_is_written_as_it_is() {
    for good in ["", "10.0.0.0/8", "192.0.2.7", "::1, 127.0.0.0/8", "2001:db8::/32", "192.0.2.7/32"] {
        assert!(good.parse::<Proxies>().is_ok(), "{good}");
    }
    for bad in ["10.0.0.1/8", "0.0.0.0/0", "::/0", "10.0.0.0/33", "example.org", "10.0.0", "*", "10.0.0.0/8;::1"] {
        assert_eq!(bad.parse::<Proxies>(), Err(NoNetwork(bad.to_owned())));
    }
    let one: Proxies = "::ffff:192.0.2.7".parse().unwrap();
    assert!(one.trust("192.0.2.7".parse().unwrap()) && !one.trust("192.0.2.8".parse().unwrap()));
}
