//! A Hub on loopback that answers what hf-hub asks, and misbehaves on demand.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// The commit of the only revision.
pub(crate) const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// A file of the repository.
#[derive(Clone)]
pub(crate) struct Stored {
    pub path: &'static str,
    pub content: &'static [u8],
    /// As `git hash-object` says.
    pub object: &'static str,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub method: String,
    pub path: String,
    pub headers: String,
    /// Earlier requests of the same method and path.
    pub earlier: usize,
}

impl Request {
    /// True for the question that brings a file's content.
    pub(crate) fn is_content(&self) -> bool {
        self.method == "GET" && self.path.contains("/resolve/")
    }
}

/// What to do instead of answering as a Hub; `true` where it was done.
pub(crate) type Trouble = dyn Fn(&Request, &mut TcpStream) -> bool + Send + Sync;

/// What the repository holds at its only revision.
struct Repository {
    commit: String,
    files: Vec<Stored>,
}

pub(crate) struct StandIn {
    pub endpoint: String,
    requests: Arc<Mutex<Vec<Request>>>,
    repository: Arc<Mutex<Repository>>,
}

impl StandIn {
    pub(crate) fn new(
        files: Vec<Stored>,
        trouble: impl Fn(&Request, &mut TcpStream) -> bool + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let repository = Arc::new(Mutex::new(Repository {
            commit: COMMIT.to_owned(),
            files,
        }));
        let (log, trouble, held): (_, Arc<Trouble>, _) =
            (requests.clone(), Arc::new(trouble), repository.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, trouble, held) = (log.clone(), trouble.clone(), held.clone());
                thread::spawn(move || serve(stream, &log, &*trouble, &held));
            }
        });
        Self {
            endpoint,
            requests,
            repository,
        }
    }

    /// The branch moves on.
    pub(crate) fn push(&self, commit: &str, files: Vec<Stored>) {
        *self.repository.lock().unwrap() = Repository {
            commit: commit.to_owned(),
            files,
        };
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

fn serve(
    mut stream: TcpStream,
    log: &Mutex<Vec<Request>>,
    trouble: &Trouble,
    held: &Mutex<Repository>,
) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    let first = lines.next()?.ok()?;
    let headers: Vec<String> = lines
        .map_while(Result::ok)
        .take_while(|line| !line.is_empty())
        .collect();
    let mut words = first.split(' ').map(str::to_owned);
    let mut request = Request {
        method: words.next()?,
        path: words.next()?,
        headers: headers.join("\n"),
        earlier: 0,
    };
    {
        let mut log = log.lock().unwrap();
        request.earlier = log
            .iter()
            .filter(|r| r.method == request.method && r.path == request.path)
            .count();
        log.push(request.clone());
    }
    if trouble(&request, &mut stream) {
        return Some(());
    }
    let Repository { commit, files } = &*held.lock().unwrap();
    if request
        .path
        .starts_with("/api/datasets/owner/name/revision/")
    {
        let body = format!(r#"{{"id":"owner/name","sha":"{commit}"}}"#);
        reply(
            &mut stream,
            "200 OK",
            "Content-Type: application/json",
            body.as_bytes(),
        );
    } else if request
        .path
        .starts_with(&format!("/api/datasets/owner/name/tree/{commit}"))
    {
        let entry = |f: &Stored| {
            format!(
                r#"{{"type":"file","oid":"{}","size":{},"path":"{}"}}"#,
                f.object,
                f.content.len(),
                f.path
            )
        };
        let body = format!(
            "[{}]",
            files.iter().map(entry).collect::<Vec<_>>().join(",")
        );
        reply(
            &mut stream,
            "200 OK",
            "Content-Type: application/json",
            body.as_bytes(),
        );
    } else {
        let prefix = format!("/datasets/owner/name/resolve/{commit}/");
        match request
            .path
            .strip_prefix(&prefix)
            .and_then(|path| files.iter().find(|f| f.path == path))
        {
            Some(file) => {
                let more = format!("ETag: \"{}\"\r\nX-Repo-Commit: {commit}", file.object);
                let body = if request.method == "HEAD" {
                    b""
                } else {
                    file.content
                };
                answer(&mut stream, "200 OK", &more, file.content.len(), body);
            }
            None => reply(
                &mut stream,
                "404 Not Found",
                "X-Error-Code: EntryNotFound",
                b"",
            ),
        }
    }
    Some(())
}

/// Answers and closes. That nobody listens any more is no fault of the stand-in.
pub(crate) fn reply(stream: &mut TcpStream, status: &str, more: &str, body: &[u8]) {
    answer(stream, status, more, body.len(), body);
}

fn answer(stream: &mut TcpStream, status: &str, more: &str, length: usize, body: &[u8]) {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{more}\r\n\r\n"
    );
    let _ = stream
        .write_all(head.as_bytes())
        .and_then(|()| stream.write_all(body));
}
