//! The Hub as a source: what is fetched, and what a Hub that misbehaves cannot do.
#![cfg(feature = "hub")]

mod commands;
mod networks;
mod stand_in;

use engraph::interruption::{Interrupted, Interruption};
use engraph::source::hub::{Hub, HubError, Limits, Pin, Repository, Token};
use stand_in::{COMMIT, Request, StandIn, Stored, reply};
use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Objects are what `git hash-object` (2.x) says of the content, and, of the second, of its Git LFS
/// pointer.
const PLAIN: Stored = Stored {
    path: "data/plain.csv",
    content: b"from_neuron,to_neuron,mean_chem_weight\nAVAL,AVBL,2\n",
    object: "45e19dff574692278726ac8e9b6b219179f46750",
};
const LARGE: Stored = Stored {
    path: "data/large.csv",
    content: b"pre,post,weight\nA,B,1\n",
    object: "c9ffe0bcda18836ecc8a68cce94d3f0d78d4cd99",
};
/// As `sha256sum` says.
const PLAIN_SHA256: &str = "88363763f7b6581db233b310d16cad4cb7d8d3880035b1472b1798daf8024aca";
const SECRET: &str = "hf_neverShownAnywhere";

fn limits() -> Limits {
    let pause = Duration::from_millis(5);
    Limits {
        pause,
        longest_pause: Duration::from_secs(2),
        silence: Duration::from_millis(700),
        attempts: 3,
        ..Limits::default()
    }
}

fn repository() -> Repository {
    "owner/name".parse().unwrap()
}

fn online(stand_in: &StandIn, cache: &TempDir) -> Hub {
    Hub::online(
        &stand_in.endpoint,
        Some(&Token::new(SECRET).unwrap()),
        cache.path(),
        limits(),
    )
    .unwrap()
}

fn resolve(hub: &Hub, pattern: &str) -> Result<Pin, HubError> {
    hub.resolve(&repository(), "main", pattern, &|_| true, &|_, _| {})
}

/// Names of what the cache holds, the lock left out.
fn cached(cache: &TempDir) -> Vec<String> {
    let Ok(entries) = fs::read_dir(cache.path().join("owner--name")) else {
        return Vec::new();
    };
    let names = entries.map(|e| e.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name != "lock").collect()
}

/// Resolves the plain file from a Hub that misbehaves; the cache must stay empty and the token
/// hidden.
fn failure(
    trouble: impl Fn(&Request, &mut TcpStream) -> bool + Send + Sync + 'static,
) -> (HubError, Vec<Request>) {
    let (cache, stand_in) = (TempDir::new().unwrap(), StandIn::new(vec![PLAIN], trouble));
    let hub = online(&stand_in, &cache);
    let error = resolve(&hub, "data/*.csv").unwrap_err();
    assert_eq!(cached(&cache), [""; 0], "{error}");
    for text in [error.to_string(), format!("{error:?}"), format!("{hub:?}")] {
        assert!(!text.contains(SECRET), "{text}");
    }
    (error, stand_in.requests())
}

#[test]
fn a_download_that_is_interrupted_leaves_nothing() {
    let (cache, stand_in) = (
        TempDir::new().unwrap(),
        StandIn::new(vec![PLAIN], |_, _| false),
    );
    let hub = online(&stand_in, &cache);
    let interruption = Interruption::default();
    let ask = |_, _| interruption.ask();
    let fetch = || hub.resolve(&repository(), "main", "data/*.csv", &|_| true, &ask);
    assert!(matches!(interruption.run(fetch), Err(Interrupted)));
    assert_eq!(cached(&cache), [""; 0]);
    assert_eq!(resolve(&hub, "data/*.csv").unwrap().path, PLAIN.path);
}

#[test]
fn a_file_is_pinned_verified_and_then_needs_no_hub() {
    let (cache, stand_in) = (
        TempDir::new().unwrap(),
        StandIn::new(vec![PLAIN, LARGE], |_, _| false),
    );
    let hub = online(&stand_in, &cache);
    let pin = resolve(&hub, "data/plain*").unwrap();
    let expected = (COMMIT, PLAIN.path, PLAIN.content.len() as u64, PLAIN_SHA256);
    assert_eq!(
        (
            pin.commit.as_str(),
            pin.path.as_str(),
            pin.size,
            pin.sha256.as_str()
        ),
        expected
    );
    let large = resolve(&hub, "**/large.csv").unwrap();
    let asked = stand_in.requests().len();
    assert!(stand_in.requests().iter().all(|r| {
        r.headers
            .to_ascii_lowercase()
            .contains("authorization: bearer ")
    }));
    let offline = Hub::offline(cache.path(), limits());
    for (pin, stored) in [(&pin, PLAIN), (&large, LARGE)] {
        assert_eq!(
            fs::read(offline.open(pin, &|_, _| {}).unwrap()).unwrap(),
            stored.content
        );
        assert_eq!(
            fs::read(hub.open(pin, &|_, _| {}).unwrap()).unwrap(),
            stored.content
        );
    }
    assert_eq!(stand_in.requests().len(), asked, "all of it is cached");
    let elsewhere = Hub::offline(TempDir::new().unwrap().path(), limits());
    assert!(matches!(
        elsewhere.open(&pin, &|_, _| {}),
        Err(HubError::Offline { .. })
    ));
}

#[test]
fn one_table_is_chosen_by_pattern_and_header() {
    let (cache, stand_in) = (
        TempDir::new().unwrap(),
        StandIn::new(vec![PLAIN, LARGE], |_, _| false),
    );
    let hub = online(&stand_in, &cache);
    let error = resolve(&hub, "**").unwrap_err().to_string();
    assert!(
        error.contains(PLAIN.path) && error.contains(LARGE.path),
        "{error}"
    );
    let error = resolve(&hub, "*.csv").unwrap_err();
    assert!(
        matches!(error, HubError::NoFile { .. }),
        "`*` stops at `/`: {error}"
    );
    let homogenised = |path: &Path| fs::read_to_string(path).unwrap().starts_with("from_neuron");
    let pin = hub
        .resolve(&repository(), "main", "**", &homogenised, &|_, _| {})
        .unwrap();
    assert_eq!(pin.path, PLAIN.path);
}

#[test]
fn without_a_token_none_is_sent() {
    let (cache, stand_in) = (
        TempDir::new().unwrap(),
        StandIn::new(vec![PLAIN], |_, _| false),
    );
    let hub = Hub::online(&stand_in.endpoint, None, cache.path(), limits()).unwrap();
    resolve(&hub, "data/*").unwrap();
    assert!(
        stand_in
            .requests()
            .iter()
            .all(|r| !r.headers.to_ascii_lowercase().contains("authorization"))
    );
}

/// The Hub sends large files, and files of renamed repositories, from elsewhere.
#[test]
fn a_redirect_takes_the_token_to_no_other_address() {
    let elsewhere = StandIn::new(vec![PLAIN], |_, stream| {
        reply(stream, "200 OK", "ETag: \"x\"", PLAIN.content);
        true
    });
    let far = format!("{}/bucket/file", elsewhere.endpoint);
    let stand_in = StandIn::new(vec![PLAIN], move |request, stream| {
        let moved = match &request.path {
            path if path.contains("/resolve/") => "/moved".to_owned(),
            path if path == "/moved" => far.clone(),
            path if path.contains("/tree/") && !path.contains("again") => format!("{path}&again"),
            _ => return false,
        };
        reply(
            stream,
            "307 Temporary Redirect",
            &format!("Location: {moved}"),
            b"",
        );
        true
    });
    let cache = TempDir::new().unwrap();
    let pin = resolve(&online(&stand_in, &cache), "data/*").unwrap();
    assert_eq!(pin.sha256, PLAIN_SHA256);
    let token = |r: &Request| r.headers.to_ascii_lowercase().contains("authorization");
    let (here, there) = (stand_in.requests(), elsewhere.requests());
    assert!(here.iter().any(|r| r.path == "/moved"), "{here:?}");
    assert!(here.iter().all(token), "{here:?}");
    assert_eq!(there.len(), 1);
    assert!(!there.iter().any(token), "{there:?}");
    assert!(!there[0].headers.contains(SECRET), "{there:?}");
}

#[test]
fn a_listing_is_read_to_its_last_page() {
    let stand_in = StandIn::new(vec![LARGE], |request, stream| {
        let first = request.path.contains("/tree/") && !request.path.contains("cursor=");
        if first {
            // As a mirror would that passes on what the Hub says.
            let link = format!(
                "Link: <https://hub.invalid{}&cursor=a%3D>; rel=\"next\"",
                request.path
            );
            let size = PLAIN.content.len();
            let page = format!(
                r#"[{{"type":"directory","oid":"0","size":0,"path":"data"}},
                    {{"type":"file","oid":"{}","size":{size},"path":"{}"}}]"#,
                PLAIN.object, PLAIN.path
            );
            reply(stream, "200 OK", &link, page.as_bytes());
        }
        first
    });
    let cache = TempDir::new().unwrap();
    let listing = online(&stand_in, &cache).list(&repository(), "main");
    let listing = listing.unwrap();
    let paths: Vec<&str> = listing.files.iter().map(|f| f.path.as_str()).collect();
    assert_eq!(paths, [LARGE.path, PLAIN.path]);
    assert_eq!(listing.commit, COMMIT);
    let asked = stand_in.requests();
    assert!(
        asked
            .last()
            .unwrap()
            .path
            .ends_with("?recursive=true&cursor=a%3D"),
        "{asked:?}"
    );
    // The folder and the two files.
    let few = Limits {
        entries: 2,
        ..limits()
    };
    let hub = Hub::online(&stand_in.endpoint, None, cache.path(), few).unwrap();
    assert!(matches!(
        hub.list(&repository(), "main"),
        Err(HubError::TooMany { limit: 2, .. })
    ));
}

#[test]
fn names_are_escaped_and_content_is_asked_for_as_it_is_stored() {
    let odd = Stored {
        path: "data/a b#1?%2F.csv",
        ..PLAIN
    };
    let content = |request: &Request, stream: &mut TcpStream| {
        let asked = request.path.ends_with("/data/a%20b%231%3F%252F.csv");
        if asked {
            reply(stream, "200 OK", "ETag: \"x\"", PLAIN.content);
        }
        asked
    };
    let (cache, stand_in) = (TempDir::new().unwrap(), StandIn::new(vec![odd], content));
    let hub = online(&stand_in, &cache);
    let pin = hub.resolve(
        &repository(),
        "refs/pr/1#?",
        "data/*",
        &|_| true,
        &|_, _| {},
    );
    assert_eq!(pin.unwrap().sha256, PLAIN_SHA256);
    let asked = stand_in.requests();
    assert!(
        asked[0].path.ends_with("/revision/refs%2Fpr%2F1%23%3F"),
        "{asked:?}"
    );
    // A compressed answer has another size than the listing says.
    let headers = asked.last().unwrap().headers.to_ascii_lowercase();
    assert!(headers.contains("accept-encoding: identity"), "{headers}");
}

#[test]
fn refusals_are_told_at_once() {
    for (status, code) in [("401 Unauthorized", 401), ("403 Forbidden", 403)] {
        let (error, asked) = failure(move |request, stream| {
            let echo = request.headers.clone();
            reply(stream, status, "Content-Type: text/plain", echo.as_bytes());
            true
        });
        assert!(
            matches!(error, HubError::Refused { status, .. } if status == code),
            "{error}"
        );
        assert_eq!(asked.len(), 1);
    }
    let (error, asked) = failure(|_, stream| {
        reply(stream, "404 Not Found", "X-Error-Code: RepoNotFound", b"");
        true
    });
    assert!(matches!(error, HubError::Missing { .. }), "{error}");
    assert_eq!(asked.len(), 1);
}

#[test]
fn a_gated_repository_says_what_to_accept() {
    let (error, asked) = failure(|_, stream| {
        reply(stream, "403 Forbidden", "X-Error-Code: GatedRepo", b"");
        true
    });
    assert!(
        matches!(error, HubError::Gated { status: 403, .. }),
        "{error}"
    );
    assert!(error.to_string().contains("accept the terms"), "{error}");
    assert_eq!(asked.len(), 1);
}

#[test]
fn a_busy_hub_is_asked_again_when_it_says() {
    let busy = |status: &'static str, more: &'static str| {
        move |request: &Request, stream: &mut TcpStream| {
            let again = request.earlier == 0
                && (request.is_content() || request.path.contains("/revision/"));
            if again {
                reply(stream, status, more, b"");
            }
            again
        }
    };
    for (status, more, least) in [
        ("429 Too Many Requests", "Retry-After: 1", 2),
        ("503 Service Unavailable", "X-Nothing: 0", 0),
    ] {
        let (cache, stand_in) = (
            TempDir::new().unwrap(),
            StandIn::new(vec![PLAIN], busy(status, more)),
        );
        let start = Instant::now();
        assert_eq!(
            resolve(&online(&stand_in, &cache), "data/*")
                .unwrap()
                .sha256,
            PLAIN_SHA256
        );
        assert!(
            start.elapsed() >= Duration::from_secs(least),
            "asked before the time the Hub named"
        );
    }
    let (error, asked) = failure(|_, stream| {
        reply(stream, "429 Too Many Requests", "Retry-After: 86400", b"");
        true
    });
    assert!(
        matches!(error, HubError::Busy { status: 429, .. }),
        "{error}"
    );
    assert_eq!(asked.len(), 1, "a day is not waited");
    assert!(
        error.to_string().contains("in 86400 s, as the Hub asks"),
        "{error}"
    );
    let (error, asked) = failure(|_, stream| {
        reply(stream, "503 Service Unavailable", "Retry-After: 86400", b"");
        true
    });
    assert!(
        matches!(error, HubError::Busy { status: 503, .. }),
        "{error}"
    );
    assert_eq!(asked.len(), 1, "a day is not waited");
    let (error, asked) = failure(|_, stream| {
        reply(stream, "500 Internal Server Error", "X-Nothing: 0", b"");
        true
    });
    assert!(
        matches!(error, HubError::Busy { status: 500, .. }),
        "{error}"
    );
    assert_eq!(asked.len(), 3);
}

/// Answers the question for the content so.
fn content(
    more: &'static str,
    body: &'static [u8],
) -> impl Fn(&Request, &mut TcpStream) -> bool + Send + Sync {
    move |request, stream| {
        if request.is_content() {
            reply(stream, "200 OK", more, body);
        }
        request.is_content()
    }
}

#[test]
fn other_content_is_refused() {
    let (error, _) = failure(content(
        "ETag: \"x\"",
        b"from_neuron,to_neuron,mean_chem_weight\nAVAL,AVBL,3\n",
    ));
    assert!(
        matches!(
            error,
            HubError::Content {
                kind: "git object",
                ..
            }
        ),
        "{error}"
    );
    let (error, _) = failure(content("ETag: \"x\"", &[b'x'; 5000]));
    assert!(
        matches!(error, HubError::Length { found, .. } if found > 51),
        "{error}"
    );
    let (error, asked) = failure(content("ETag: \"x\"", b"from_neuron,to"));
    assert!(
        matches!(error, HubError::Length { found: 14, .. }),
        "{error}"
    );
    assert_eq!(
        asked.iter().filter(|r| r.is_content()).count(),
        3,
        "too short may be an accident"
    );
    let (error, _) = failure(content(
        "Content-Type: text/html",
        b"\n<!DOCTYPE html><html><body>Log in to this network to go on</body>",
    ));
    assert!(matches!(error, HubError::Html { .. }), "{error}");
}

#[test]
fn broken_and_silent_connections_end() {
    let (error, _) = failure(|request, stream| {
        if request.is_content() {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 51\r\n\r\nfrom_neuron");
        }
        request.is_content()
    });
    assert!(matches!(error, HubError::Transport { .. }), "{error}");
    let (error, _) = failure(|request, stream| {
        if request.is_content() {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 51\r\n\r\nfrom_neuron");
            std::thread::sleep(Duration::from_secs(3));
        }
        request.is_content()
    });
    assert!(matches!(error, HubError::Transport { .. }), "{error}");
}

#[test]
fn a_hub_that_is_not_there_is_told() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let cache = TempDir::new().unwrap();
    for endpoint in [&*closed, "http://hub.invalid"] {
        let hub = Hub::online(endpoint, None, cache.path(), limits()).unwrap();
        let error = hub.list(&repository(), "main").unwrap_err().to_string();
        assert!(error.contains("no connection"), "{error}");
    }
    for endpoint in ["", "huggingface.co", "ftp://huggingface.co", "https://"] {
        assert!(matches!(
            Hub::online(endpoint, None, cache.path(), limits()),
            Err(HubError::Endpoint)
        ));
    }
}

/// A Hub that never falls silent, and never ends.
#[test]
fn a_request_ends_in_time() {
    let (cache, stand_in) = (
        TempDir::new().unwrap(),
        StandIn::new(vec![PLAIN], |request, stream| {
            if request.is_content() {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 51\r\n\r\n");
                for byte in PLAIN.content {
                    std::thread::sleep(Duration::from_millis(50));
                    let _ = stream.write_all(&[*byte]);
                }
            }
            request.is_content()
        }),
    );
    let limits = Limits {
        request: Duration::from_millis(500),
        attempts: 1,
        ..limits()
    };
    let hub = Hub::online(&stand_in.endpoint, None, cache.path(), limits).unwrap();
    let error = resolve(&hub, "data/*").unwrap_err();
    assert!(
        matches!(
            error,
            HubError::Transport {
                cause: "it took too long",
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn what_is_no_hub_is_told() {
    let (error, asked) = failure(|request, stream| {
        reply(
            stream,
            "302 Found",
            &format!("Location: {}", request.path),
            b"",
        );
        true
    });
    assert!(matches!(error, HubError::NoHub { .. }), "{error}");
    assert!(asked.len() <= 7, "{} redirects followed", asked.len());
    let (error, _) = failure(|_, stream| {
        reply(
            stream,
            "200 OK",
            "Content-Type: text/html",
            b"<html>Welcome to our hotel</html>",
        );
        true
    });
    assert!(matches!(error, HubError::NoHub { .. }), "{error}");
}

#[test]
fn a_listing_cannot_leave_the_repository() {
    for path in ["../../x.csv", "/etc/x.csv", "data/../../x.csv"] {
        let (cache, stand_in) = (
            TempDir::new().unwrap(),
            StandIn::new(vec![PLAIN, Stored { path, ..LARGE }], |_, _| false),
        );
        let error = resolve(&online(&stand_in, &cache), "**/plain.csv").unwrap_err();
        assert!(matches!(error, HubError::Path { .. }), "{error}");
        assert_eq!(cached(&cache), [""; 0]);
    }
}

#[test]
fn too_much_is_refused_before_it_is_asked_for() {
    let (cache, stand_in) = (
        TempDir::new().unwrap(),
        StandIn::new(vec![PLAIN, LARGE], |_, _| false),
    );
    let hub = |limits| Hub::online(&stand_in.endpoint, None, cache.path(), limits).unwrap();
    let error = resolve(
        &hub(Limits {
            file: 50,
            ..limits()
        }),
        "data/plain.csv",
    )
    .unwrap_err();
    assert!(
        matches!(
            error,
            HubError::TooLarge {
                size: 51,
                limit: 50,
                ..
            }
        ),
        "{error}"
    );
    let error = resolve(
        &hub(Limits {
            entries: 1,
            ..limits()
        }),
        "data/plain.csv",
    )
    .unwrap_err();
    assert!(
        matches!(error, HubError::TooMany { limit: 1, .. }),
        "{error}"
    );
    assert!(!stand_in.requests().iter().any(Request::is_content));
}

#[test]
fn other_content_at_a_pinned_commit_names_both_hashes() {
    let (cache, stand_in) = (
        TempDir::new().unwrap(),
        StandIn::new(vec![PLAIN], |_, _| false),
    );
    let hub = online(&stand_in, &cache);
    let pin = resolve(&hub, "data/*").unwrap();
    let other = Pin {
        sha256: "ab".repeat(32),
        ..pin.clone()
    };
    let error = hub.open(&other, &|_, _| {}).unwrap_err().to_string();
    assert!(
        error.contains(&other.sha256) && error.contains(PLAIN_SHA256),
        "{error}"
    );
    let file = hub.open(&pin, &|_, _| {}).unwrap();
    fs::write(&file, [b'?'; 51]).unwrap();
    assert_eq!(
        fs::read(hub.open(&pin, &|_, _| {}).unwrap()).unwrap(),
        PLAIN.content,
        "a damaged copy is replaced"
    );
}

const KILLED: &str = "ENGRAPH_TEST_KILLED_DOWNLOAD";

/// Run by the next test in a process of its own.
#[test]
fn download_of_another_process() {
    let Ok(place) = std::env::var(KILLED) else {
        return;
    };
    let (endpoint, cache) = place.split_once(' ').unwrap();
    let patient = Limits {
        silence: Duration::from_secs(20),
        ..limits()
    };
    let hub = Hub::online(endpoint, None, cache, patient).unwrap();
    panic!("the download ended: {:?}", resolve(&hub, "data/*"));
}

#[test]
fn a_killed_download_leaves_nothing_and_is_repeated() {
    let cache = TempDir::new().unwrap();
    let stand_in = StandIn::new(vec![PLAIN], |request, stream| {
        let first = request.is_content() && request.earlier == 0;
        if first {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 51\r\n\r\nfrom_neuron");
            std::thread::sleep(Duration::from_secs(20));
        }
        first
    });
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "download_of_another_process"])
        .env(
            KILLED,
            format!("{} {}", stand_in.endpoint, cache.path().display()),
        )
        .spawn()
        .unwrap();
    let start = Instant::now();
    while !cached(&cache)
        .iter()
        .any(|name| name.starts_with("partial-"))
    {
        assert!(
            start.elapsed() < Duration::from_secs(15),
            "the download never began"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(
        cached(&cache)
            .iter()
            .all(|name| name.starts_with("partial-")),
        "no half file under a final name"
    );
    // The killed process may have been killed before it asked: then the first request is ours, is
    // silent, and is tried again.
    let pin = resolve(&online(&stand_in, &cache), "data/*").unwrap();
    assert_eq!(
        (pin.sha256.as_str(), cached(&cache)),
        (PLAIN_SHA256, vec![PLAIN_SHA256.to_owned()])
    );
}
