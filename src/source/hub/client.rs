//! What is asked of a Hub, through hf-hub.
//!
//! hf-hub does the speaking: addresses, authorisation, listing, redirects, Xet. Three things it
//! leaves to its user are done here. It repeats at its own pace whatever `Retry-After` says, so its
//! repeats are off and [`Client::retrying`] repeats. It verifies no content and writes where the
//! file's name says, so bytes are taken as a stream and the cache verifies and names them. And
//! whatever its builder is not given it looks up in the environment, so it is given everything.

use futures::StreamExt;
use hf_hub::repository::RepoTreeEntry;
use hf_hub::{HFClient, HFError};
use std::pin::pin;
use std::time::Duration;

use super::identity::shortened;
use super::{Entry, HubError, Limits, Listing, Repository, Token};

/// Most redirects that are followed.
const REDIRECTS: usize = 5;

/// Who asks.
const USER_AGENT: &str = concat!("engraph/", env!("CARGO_PKG_VERSION"));

#[derive(Debug)]
pub(super) struct Client {
    hub: HFClient,
    limits: Limits,
}

impl Client {
    pub fn new(endpoint: &str, token: Option<&Token>, limits: Limits) -> Result<Self, HubError> {
        if !(endpoint.starts_with("https://") || endpoint.starts_with("http://")) {
            return Err(HubError::Endpoint);
        }
        let http = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .redirect(reqwest::redirect::Policy::limited(REDIRECTS))
            .connect_timeout(limits.silence)
            .read_timeout(limits.silence)
            .timeout(limits.request)
            .build()
            .map_err(|_| HubError::Transport {
                what: "the Hub".to_owned(),
                cause: "no connection can be prepared",
            })?;
        let hub = HFClient::builder()
            .endpoint(endpoint)
            // Without a token hf-hub looks for the user's. A line feed can be part of no header:
            // nothing is sent.
            .token(token.map_or("\n", Token::secret))
            .user_agent(USER_AGENT)
            .client(http)
            .cache_dir("")
            .cache_enabled(false)
            .retry_max_attempts(0)
            .build()
            .map_err(|_| HubError::Endpoint)?;
        Ok(Self { hub, limits })
    }

    pub fn list(&self, repository: &Repository, revision: &str) -> Result<Listing, HubError> {
        let what = format!("{repository} at {}", shortened(revision));
        let dataset = self.hub.dataset(repository.owner(), repository.name());
        self.retrying(|| {
            self.wait_for(async {
                let info = dataset
                    .info()
                    .revision(revision)
                    .send()
                    .await
                    .map_err(|e| told(&what, &e))?;
                let commit = info
                    .sha
                    .ok_or_else(|| HubError::NoHub { what: what.clone() })?;
                // Listed by commit: the branch may move between the two questions.
                super::identity::check_commit(&commit)?;
                let tree = dataset
                    .list_tree()
                    .revision(commit.clone())
                    .recursive(true)
                    .limit(self.limits.entries + 1);
                let mut tree = pin!(tree.send().map_err(|e| told(&what, &e))?);
                let (mut files, mut entries) = (Vec::new(), 0);
                while let Some(entry) = tree.next().await {
                    entries += 1;
                    if entries > self.limits.entries {
                        return Err(HubError::TooMany {
                            repository: repository.to_string(),
                            limit: self.limits.entries,
                        });
                    }
                    if let RepoTreeEntry::File {
                        oid, size, path, ..
                    } = entry.map_err(|e| told(&what, &e))?
                    {
                        files.push(Entry {
                            path,
                            size,
                            object: oid,
                        });
                    }
                }
                files.sort_by(|a, b| a.path.cmp(&b.path));
                Ok(Listing { commit, files })
            })
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
        let dataset = self.hub.dataset(repository.owner(), repository.name());
        self.wait_for(async {
            let asked = dataset
                .download_file_stream()
                .filename(path)
                .revision(commit)
                .send();
            let (_, mut bytes) = asked.await.map_err(|e| told(&what, &e))?;
            while let Some(chunk) = bytes.next().await {
                take(&chunk.map_err(|e| broken(&what, &e))?)?;
            }
            Ok(())
        })
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

    /// Runs to the end, on this thread.
    fn wait_for<T>(&self, work: impl Future<Output = Result<T, HubError>>) -> Result<T, HubError> {
        let no_runtime = |_| HubError::Transport {
            what: "the Hub".to_owned(),
            cause: "no runtime can be started",
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(no_runtime)?;
        let late = |_| HubError::Transport {
            what: "the Hub".to_owned(),
            cause: "it took too long",
        };
        runtime.block_on(async {
            tokio::time::timeout(self.limits.request, work)
                .await
                .map_err(late)?
        })
    }
}

/// A body that ended early; reqwest calls this an error of decoding.
fn broken(what: &str, error: &HFError) -> HubError {
    let silent = matches!(error, HFError::Request { source, .. } if source.is_timeout());
    let cause = if silent {
        "it was silent for too long"
    } else {
        "the connection broke off"
    };
    HubError::Transport {
        what: what.to_owned(),
        cause,
    }
}

/// hf-hub's error in our words: its own hold addresses, which may be signed, and whatever the
/// server wrote.
fn told(what: &str, error: &HFError) -> HubError {
    let what = what.to_owned();
    let by_status = |status: u16, retry_after: Option<Duration>| match status {
        401 | 403 => HubError::Refused {
            what: what.clone(),
            status,
        },
        404 => HubError::Missing { what: what.clone() },
        408 | 429 | 500.. => HubError::Busy {
            what: what.clone(),
            status,
            retry_after,
        },
        _ => HubError::Status {
            what: what.clone(),
            status,
        },
    };
    match error {
        HFError::Http { context } | HFError::Conflict { context } => {
            by_status(context.status.as_u16(), None)
        }
        HFError::AuthRequired { .. } => by_status(401, None),
        HFError::Forbidden { .. } => by_status(403, None),
        HFError::RateLimited { retry_after, .. } => by_status(429, *retry_after),
        HFError::RepoNotFound { .. }
        | HFError::RevisionNotFound { .. }
        | HFError::EntryNotFound { .. } => by_status(404, None),
        HFError::Request { source, .. }
            if source.is_decode() && !source.is_timeout() && !source.is_body() =>
        {
            HubError::NoHub { what }
        }
        HFError::Request { source, .. } if source.is_redirect() => HubError::NoHub { what },
        HFError::Request { source, .. } if source.is_timeout() => HubError::Transport {
            what,
            cause: "it was silent for too long",
        },
        HFError::Request { source, .. } if source.is_connect() => HubError::Transport {
            what,
            cause: "no connection",
        },
        HFError::Json(_)
        | HFError::MalformedResponse { .. }
        | HFError::InvalidParameter(_)
        | HFError::Url(_) => HubError::NoHub { what },
        _ => HubError::Transport {
            what,
            cause: "the connection broke off",
        },
    }
}
