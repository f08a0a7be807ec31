//! The requests to a Hub.
//!
//! hf-hub gives the addresses and the headers. The requests are made here, with ureq, the HTTP
//! client that hf-hub is built on, because hf-hub's own have no time limit, ignore `Retry-After`
//! and send the token along when they are redirected to another port; and its download verifies no
//! content and damages what a server compresses.

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

use super::content::{Entry, Listing};
use super::error::HubError;
use super::identity::{Repository, Token, shortened};
use super::limits::Limits;
use crate::interruption;

/// Most redirects that are followed.
const REDIRECTS: usize = 5;

/// Largest answer other than a file, in bytes.
const LARGEST_ANSWER: u64 = 64 << 20;

/// Bytes of a file that are read at once.
const CHUNK: usize = 64 << 10;

/// The characters that are escaped within one segment of an address: all but the unreserved ones of
/// RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The header in which the Hub says why it refuses.
const ERROR_CODE: HeaderName = HeaderName::from_static("x-error-code");

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

/// The part of the Hub's answer about a revision that is used.
#[derive(Deserialize)]
struct Revision {
    sha: String,
}

/// The part of an entry of the Hub's listing that is used.
#[derive(Deserialize)]
struct TreeEntry {
    r#type: String,
    oid: String,
    #[serde(default)]
    size: u64,
    path: String,
}

/// How to ask for one revision, by hf-hub.
struct Request {
    repo: ApiRepo,
    info: Uri,
    headers: HeaderMap,
}

impl Client {
    pub(super) fn new(
        endpoint: &str,
        token: Option<&Token>,
        limits: Limits,
    ) -> Result<Self, HubError> {
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

    pub(super) fn list(
        &self,
        repository: &Repository,
        revision: &str,
    ) -> Result<Listing, HubError> {
        let what = format!("{repository} at {}", shortened(revision));
        self.retrying(|| {
            let deadline = Instant::now() + self.limits.request;
            let no_hub = || HubError::NoHub { what: what.clone() };
            let request = self.request(repository, revision, &what)?;
            let answer = self.get(&what, &request.info, &request.headers, deadline)?;
            let Revision { sha: commit } = read_json(&what, answer)?;
            // Listed by commit: the branch may move between the two questions.
            super::identity::check_commit(&commit)?;
            let request = self.request(repository, &commit, &what)?;
            let info = request.info.to_string();
            let root = info.strip_suffix(&format!("/revision/{commit}"));
            let tree = format!("{}/tree/{commit}", root.ok_or_else(no_hub)?);
            let (mut files, mut entries) = (Vec::new(), 0);
            let mut page = Some("recursive=true".to_owned());
            while let Some(query) = page {
                let address = format!("{tree}?{query}").parse().map_err(|_| no_hub())?;
                let answer = self.get(&what, &address, &request.headers, deadline)?;
                page = next_page(&answer);
                let listed: Vec<TreeEntry> = read_json(&what, answer)?;
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
    pub(super) fn stream(
        &self,
        repository: &Repository,
        commit: &str,
        path: &str,
        take: &mut dyn FnMut(&[u8]) -> Result<(), HubError>,
    ) -> Result<(), HubError> {
        let what = format!("{repository}/{path}");
        let deadline = Instant::now() + self.limits.request;
        let request = self.request(repository, commit, &what)?;
        let segments: Vec<String> = path.split('/').map(percent_encoded).collect();
        let address = request.repo.url(&segments.join("/"));
        let address = address
            .parse()
            .map_err(|_| HubError::Missing { what: what.clone() })?;
        let answer = self.get(&what, &address, &request.headers, deadline)?;
        let mut body = answer.into_body().into_reader();
        let mut buffer = vec![0; CHUNK];
        loop {
            interruption::check();
            match body.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(read) => take(&buffer[..read])?,
                Err(error) => return Err(transport_error(&what, &error.into())),
            }
        }
    }

    /// How to ask for a revision.
    fn request(
        &self,
        repository: &Repository,
        revision: &str,
        what: &str,
    ) -> Result<Request, HubError> {
        let repo = self.api.repo(Repo::with_revision(
            repository.to_string(),
            RepoType::Dataset,
            percent_encoded(revision),
        ));
        let request = repo.info_request();
        match (request.uri_ref().cloned(), request.headers_ref().cloned()) {
            (Some(info), Some(headers)) => Ok(Request {
                repo,
                info,
                headers,
            }),
            _ => Err(HubError::Missing {
                what: what.to_owned(),
            }),
        }
    }

    /// Gets an address and follows redirects. The token is sent to the endpoint alone, and no
    /// longer once a redirect has led elsewhere.
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
        let (mut address, mut headers) = (address.clone(), headers.clone());
        for _ in 0..=REDIRECTS {
            if address.scheme() != self.endpoint.scheme()
                || address.authority() != self.endpoint.authority()
            {
                headers.remove(AUTHORIZATION);
            }
            let mut request = self.agent.get(&address);
            for (name, value) in &headers {
                request = request.header(name, value);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let request = request.config().timeout_global(Some(left)).build();
            let answer = request
                .call()
                .map_err(|error| transport_error(what, &error))?;
            let status = answer.status();
            if status.is_success() {
                return Ok(answer);
            }
            if !status.is_redirection() {
                return Err(status_error(what, &answer));
            }
            address = header(&answer, &LOCATION)
                .and_then(|location| redirect_target(&address, location))
                .ok_or_else(no_hub)?;
        }
        Err(no_hub())
    }

    /// Tries until it succeeds, fails for good, or was tried often enough. A Hub that says how long
    /// to wait is obeyed.
    pub(super) fn retrying<T>(
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
                    let first = error.to_string();
                    let first = first.lines().next().unwrap_or_default();
                    tracing::warn!("{first}; trying again in {:.1} s", wait.as_secs_f64());
                    interruption::sleep(wait);
                    pause = pause.saturating_mul(2);
                }
                done => return done,
            }
        }
        attempt()
    }
}

fn percent_encoded(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

fn header<'a>(answer: &'a Response<Body>, name: &HeaderName) -> Option<&'a str> {
    answer.headers().get(name)?.to_str().ok()
}

/// Where a redirect leads: to a whole address, or to a path on the same host.
fn redirect_target(from: &Uri, location: &str) -> Option<Uri> {
    if location.starts_with("http://") || location.starts_with("https://") {
        return location.parse().ok();
    }
    if !location.starts_with('/') || location.starts_with("//") {
        return None;
    }
    let (scheme, authority) = (from.scheme_str()?, from.authority()?);
    format!("{scheme}://{authority}{location}").parse().ok()
}

/// The query of the next page of a listing. Host and path are left out, because a mirror may name
/// the Hub that it mirrors.
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

fn read_json<T: DeserializeOwned>(what: &str, answer: Response<Body>) -> Result<T, HubError> {
    let body = BufReader::new(answer.into_body().into_reader().take(LARGEST_ANSWER));
    serde_json::from_reader(body).map_err(|error| {
        if error.is_io() {
            transport_error(what, &std::io::Error::from(error).into())
        } else {
            HubError::NoHub {
                what: what.to_owned(),
            }
        }
    })
}

/// The error for a status that is neither success nor redirect. It holds nothing of the answer's
/// text.
fn status_error(what: &str, answer: &Response<Body>) -> HubError {
    let what = what.to_owned();
    match answer.status().as_u16() {
        status @ (401 | 403) if header(answer, &ERROR_CODE) == Some("GatedRepo") => {
            HubError::Gated { what, status }
        }
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

/// The error for a request or an answer that broke off. ureq's own holds addresses, which may be
/// signed.
fn transport_error(what: &str, error: &Error) -> HubError {
    use std::io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    let what = what.to_owned();
    let cause = match error {
        Error::Timeout(Timeout::Global | Timeout::PerCall) => "it took too long",
        Error::Timeout(_) => "it was silent for too long",
        Error::Http(_) | Error::BadUri(_) => return HubError::NoHub { what },
        Error::Io(source)
            if !matches!(
                source.kind(),
                BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof
            ) =>
        {
            "no connection"
        }
        Error::HostNotFound
        | Error::ConnectionFailed
        | Error::ConnectProxyFailed(_)
        | Error::InvalidProxyUrl
        | Error::Tls(_)
        | Error::TlsRequired
        | Error::Rustls(_) => "no connection",
        _ => "the connection broke off",
    };
    HubError::Transport { what, cause }
}
