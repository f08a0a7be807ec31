//! What is asked of a Hub.
//!
//! hf-hub knows the addresses and the headers; the requests themselves are made here, by the ureq
//! client that hf-hub is built on. hf-hub's own requests have no time limit, follow redirects with
//! the token to any port of a host, drop `Retry-After`, and its download neither verifies the
//! content nor expects a compressed answer.
//!
//! Only the settings of a proxy (`HTTPS_PROXY`, `NO_PROXY`) and the certificates come from the
//! user's system.

use hf_hub::api::sync::{Api, ApiBuilder, ApiRepo};
use hf_hub::{Cache, Repo, RepoType};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::fmt;
use std::io::{BufReader, Read};
use std::time::{Duration, Instant};
use ureq::http::header::{AUTHORIZATION, HeaderMap, HeaderName, LINK, LOCATION, RETRY_AFTER};
use ureq::http::{Response, Uri};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body, Error, Timeout};

use super::identity::shortened;
use super::{Entry, HubError, Limits, Listing, Repository, Token};

/// Most redirects that are followed.
const REDIRECTS: usize = 5;

/// Largest description of a revision, or page of a listing, in bytes.
const ANSWER: u64 = 64 << 20;

/// Bytes of a file that are taken at once.
const CHUNK: usize = 64 << 10;

/// What need not be escaped within one segment of an address (RFC 3986, unreserved characters).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

pub(super) struct Client {
    api: Api,
    agent: Agent,
    endpoint: Uri,
    limits: Limits,
}

impl fmt::Debug for Client {
    /// hf-hub would show the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("endpoint", &self.endpoint)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// What the Hub says of a revision, as far as it is used.
#[derive(Deserialize)]
struct Revision {
    sha: String,
}

/// What the Hub says of an entry of a folder, as far as it is used.
#[derive(Deserialize)]
struct TreeEntry {
    r#type: String,
    oid: String,
    #[serde(default)]
    size: u64,
    path: String,
}

/// Addresses and headers of one revision.
struct Asked {
    repo: ApiRepo,
    info: Uri,
    headers: HeaderMap,
}

impl Client {
    pub fn new(endpoint: &str, token: Option<&Token>, limits: Limits) -> Result<Self, HubError> {
        let endpoint = endpoint.trim_end_matches('/');
        let uri: Uri = endpoint.parse().map_err(|_| HubError::Endpoint)?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.query().is_some() {
            return Err(HubError::Endpoint);
        }
        // hf-hub reads a token from a file beside the cache it is given. No folder can be called
        // like this one, so nothing is read.
        let api = ApiBuilder::from_cache(Cache::new("\0/hub".into()))
            .with_endpoint(endpoint.to_owned())
            .with_token(token.map(|token| token.secret().to_owned()))
            .with_user_agent(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
            .with_progress(false)
            .build()
            .map_err(|_| HubError::Endpoint)?;
        let agent = Agent::config_builder()
            .tls_config(
                TlsConfig::builder()
                    .root_certs(RootCerts::PlatformVerifier)
                    .build(),
            )
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            // Sizes and hashes are those of the content as it is stored.
            .accept_encoding("identity")
            .timeout_resolve(Some(limits.silence))
            .timeout_connect(Some(limits.silence))
            .timeout_per_read(Some(limits.silence))
            .timeout_per_write(Some(limits.silence))
            .build()
            .new_agent();
        Ok(Self {
            api,
            agent,
            endpoint: uri,
            limits,
        })
    }

    pub fn list(&self, repository: &Repository, revision: &str) -> Result<Listing, HubError> {
        let what = format!("{repository} at {}", shortened(revision));
        self.retrying(|| {
            let deadline = Instant::now() + self.limits.request;
            let no_hub = || HubError::NoHub { what: what.clone() };
            let asked = self.asked(repository, revision, &what)?;
            let answer = self.get(&what, &asked.info, &asked.headers, deadline)?;
            let Revision { sha: commit } = parsed(&what, answer)?;
            // Listed by commit: the branch may move between the two questions.
            super::identity::check_commit(&commit)?;
            let asked = self.asked(repository, &commit, &what)?;
            let info = asked.info.to_string();
            let root = info.strip_suffix(&format!("/revision/{commit}"));
            let tree = format!("{}/tree/{commit}", root.ok_or_else(no_hub)?);
            let (mut files, mut entries) = (Vec::new(), 0);
            let mut page = Some("recursive=true".to_owned());
            while let Some(query) = page {
                let address = format!("{tree}?{query}").parse().map_err(|_| no_hub())?;
                let answer = self.get(&what, &address, &asked.headers, deadline)?;
                page = next_page(&answer);
                let listed: Vec<TreeEntry> = parsed(&what, answer)?;
                entries += listed.len();
                if entries > self.limits.entries {
                    return Err(HubError::TooMany {
                        repository: repository.to_string(),
                        limit: self.limits.entries,
                    });
                }
                let listed = listed.into_iter().filter(|entry| entry.r#type == "file");
                files.extend(listed.map(|entry| Entry {
                    path: entry.path,
                    size: entry.size,
                    object: entry.oid,
                }));
            }
            files.sort_by(|a, b| a.path.cmp(&b.path));
            Ok(Listing { commit, files })
        })
    }

    /// Hands the bytes of a file to `take` as they come.
    pub fn stream(
        &self,
        repository: &Repository,
        commit: &str,
        path: &str,
        take: &mut dyn FnMut(&[u8]) -> Result<(), HubError>,
    ) -> Result<(), HubError> {
        let what = format!("{repository}/{path}");
        let deadline = Instant::now() + self.limits.request;
        let asked = self.asked(repository, commit, &what)?;
        let escaped: Vec<String> = path.split('/').map(escaped).collect();
        let address = asked.repo.url(&escaped.join("/"));
        let address = address
            .parse()
            .map_err(|_| HubError::Missing { what: what.clone() })?;
        let answer = self.get(&what, &address, &asked.headers, deadline)?;
        let mut body = answer.into_body().into_reader();
        let mut buffer = vec![0; CHUNK];
        loop {
            match body.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(read) => take(&buffer[..read])?,
                Err(error) => return Err(told(&what, &error.into())),
            }
        }
    }

    /// What hf-hub knows of a revision.
    fn asked(
        &self,
        repository: &Repository,
        revision: &str,
        what: &str,
    ) -> Result<Asked, HubError> {
        let repo = self.api.repo(Repo::with_revision(
            repository.to_string(),
            RepoType::Dataset,
            escaped(revision),
        ));
        let request = repo.info_request();
        match (request.uri_ref().cloned(), request.headers_ref().cloned()) {
            (Some(info), Some(headers)) => Ok(Asked {
                repo,
                info,
                headers,
            }),
            _ => Err(HubError::Missing {
                what: what.to_owned(),
            }),
        }
    }

    /// The answer to a question, redirects followed. The token goes to the endpoint alone.
    fn get(
        &self,
        what: &str,
        address: &Uri,
        headers: &HeaderMap,
        deadline: Instant,
    ) -> Result<Response<Body>, HubError> {
        let no_hub = || HubError::NoHub {
            what: what.to_owned(),
        };
        let mut address = address.clone();
        for _ in 0..=REDIRECTS {
            let ours = address.scheme() == self.endpoint.scheme()
                && address.authority() == self.endpoint.authority();
            let mut request = self.agent.get(&address);
            for (name, value) in headers.iter().filter(|(n, _)| ours || *n != AUTHORIZATION) {
                request = request.header(name, value);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let request = request.config().timeout_global(Some(left)).build();
            let answer = request.call().map_err(|error| told(what, &error))?;
            let status = answer.status();
            if status.is_success() {
                return Ok(answer);
            }
            if !status.is_redirection() {
                return Err(by_status(what, &answer));
            }
            address = header(&answer, &LOCATION)
                .and_then(|location| redirected(&address, location))
                .ok_or_else(no_hub)?;
        }
        Err(no_hub())
    }

    /// Tries until it succeeds, fails for good, or was tried often enough. A Hub that says how long
    /// to wait is obeyed.
    pub fn retrying<T>(
        &self,
        mut attempt: impl FnMut() -> Result<T, HubError>,
    ) -> Result<T, HubError> {
        let mut pause = self.limits.pause;
        for _ in 1..self.limits.attempts {
            match attempt() {
                Err(error) if error.is_transient() => {
                    let asked = match &error {
                        HubError::Busy { retry_after, .. } => *retry_after,
                        _ => None,
                    };
                    let wait = asked.unwrap_or(pause);
                    if wait > self.limits.longest_pause {
                        return Err(error);
                    }
                    std::thread::sleep(wait);
                    pause = pause.saturating_mul(2);
                }
                done => return done,
            }
        }
        attempt()
    }
}

fn escaped(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

fn header<'a>(answer: &'a Response<Body>, name: &HeaderName) -> Option<&'a str> {
    answer.headers().get(name)?.to_str().ok()
}

/// Where a redirect leads: to a whole address, or to a path on the same host.
fn redirected(from: &Uri, location: &str) -> Option<Uri> {
    if location.starts_with("http://") || location.starts_with("https://") {
        return location.parse().ok();
    }
    if !location.starts_with('/') || location.starts_with("//") {
        return None;
    }
    let (scheme, authority) = (from.scheme_str()?, from.authority()?);
    format!("{scheme}://{authority}{location}").parse().ok()
}

/// The query of the next page of a listing. The rest of its address is of no interest: a mirror may
/// name the Hub it mirrors.
fn next_page(answer: &Response<Body>) -> Option<String> {
    let links = header(answer, &LINK)?;
    let next = links
        .split(',')
        .find(|link| link.contains("rel=\"next\""))?;
    let (_, address) = next.split_once('<')?;
    let (address, _) = address.split_once('>')?;
    let (_, query) = address.split_once('?')?;
    Some(query.to_owned())
}

fn parsed<T: DeserializeOwned>(what: &str, answer: Response<Body>) -> Result<T, HubError> {
    let body = BufReader::new(answer.into_body().into_reader().take(ANSWER));
    serde_json::from_reader(body).map_err(|error| {
        if error.is_io() {
            told(what, &std::io::Error::from(error).into())
        } else {
            HubError::NoHub {
                what: what.to_owned(),
            }
        }
    })
}

/// A status that is neither success nor redirect. Nothing of the answer's text is kept.
fn by_status(what: &str, answer: &Response<Body>) -> HubError {
    let what = what.to_owned();
    match answer.status().as_u16() {
        status @ (401 | 403) => HubError::Refused { what, status },
        404 => HubError::Missing { what },
        status @ (408 | 429 | 500..) => HubError::Busy {
            what,
            status,
            retry_after: header(answer, &RETRY_AFTER)
                .and_then(|seconds| seconds.trim().parse().ok())
                .map(Duration::from_secs),
        },
        status => HubError::Status { what, status },
    }
}

/// ureq's error in our words: its own hold addresses, which may be signed.
fn told(what: &str, error: &Error) -> HubError {
    let what = what.to_owned();
    let cause = match error {
        Error::Timeout(Timeout::Global | Timeout::PerCall) => "it took too long",
        Error::Timeout(_) => "it was silent for too long",
        Error::HostNotFound
        | Error::ConnectionFailed
        | Error::ConnectProxyFailed(_)
        | Error::InvalidProxyUrl
        | Error::Tls(_)
        | Error::TlsRequired
        | Error::Rustls(_) => "no connection",
        Error::Io(source) if source.kind() == std::io::ErrorKind::ConnectionRefused => {
            "no connection"
        }
        Error::Http(_) | Error::BadUri(_) | Error::Protocol(_) | Error::LargeResponseHeader(..) => {
            return HubError::NoHub { what };
        }
        _ => "the connection broke off",
    };
    HubError::Transport { what, cause }
}
