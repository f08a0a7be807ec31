//! Reading GraphML as networkx, igraph and Gephi write it.

use std::collections::HashMap;
use std::io::{self, BufRead, Read};
use std::path::Path;
use std::sync::Arc;

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::super::columns::{NEURON, POST, PRE};
use super::super::error::{AnyError, Damage, NotUtf8, ReadError, Row};
use super::super::open::{ALWAYS_ALLOWED, Opened, broken, read_error};
use super::attributes::{Content, Key, Rows};
use super::cells::CellsBuilder;
use super::interest::Interest;
use super::shape::Shape;
use super::table::Contents;

/// True for text that begins as XML does.
pub(super) fn is_xml(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    head.trim_ascii_start().starts_with(b"<")
}

/// Reads the graph of a file; of the columns of its edges what `choose` says, those of the roles of
/// an edge table in any case, and of its nodes everything. Only the five entities of XML itself and
/// numbered characters are replaced, whatever the file declares.
///
/// # Errors
/// [`ReadError::Text`] with the line for what is no directed graph in GraphML.
pub(super) fn read(
    opened: Opened,
    choose: impl FnOnce(&[String]) -> Vec<Interest>,
) -> Result<Contents, ReadError> {
    let path = opened.path;
    let mut reader = Reader::from_reader(Lines {
        inner: opened.content.into_stream(),
        line: 1,
        shape: Shape::default(),
        damage: None,
    });
    reader.config_mut().expand_empty_elements = true;
    let mut graph = Graph {
        choose: Some(Box::new(choose)),
        ..Graph::default()
    };
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer);
        let line = reader.get_ref().line;
        let at_line = |fault| invalid(&path, line, fault);
        match event {
            Ok(Event::Eof) => break graph.finish(&path, line),
            Ok(event) => graph.event(&event, line).map_err(at_line)?,
            Err(quick_xml::Error::Io(error)) => {
                let error = Arc::try_unwrap(error).unwrap_or_else(|e| io::Error::new(e.kind(), e));
                return Err(read_error(&path, error));
            }
            Err(quick_xml::Error::Encoding(error)) => return Err(at_line(not_utf8(error))),
            Err(source) => {
                let byte = reader.error_position();
                return Err(at_line(damaged(XmlError { source, byte })));
            }
        }
    }
}

/// What is wrong in a line, and what to do about it.
type Fault = (AnyError, &'static str);

/// Where in the file the XML is damaged.
#[derive(Debug, thiserror::Error)]
#[error("{source} (byte {byte})")]
struct XmlError {
    source: quick_xml::Error,
    byte: u64,
}

fn fault(reason: impl Into<AnyError>, hint: &'static str) -> Fault {
    (reason.into(), hint)
}

fn invalid(path: &Path, line: usize, (reason, hint): Fault) -> ReadError {
    ReadError::Text {
        path: path.to_owned(),
        format: "GraphML",
        row: Some(Row::Line(line)),
        source: reason,
        hint,
    }
}

/// Counts the lines that are read, and ends where the XML has no sound shape.
struct Lines {
    inner: Box<dyn BufRead>,
    line: usize,
    shape: Shape,
    /// What is wrong with the shape of what was read.
    damage: Option<Damage>,
}

impl Read for Lines {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut ready = self.fill_buf()?;
        let read = ready.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Lines {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self.damage.take() {
            Some(damage) => Err(broken("GraphML", damage)),
            None => self.inner.fill_buf(),
        }
    }

    fn consume(&mut self, amount: usize) {
        let consumed = self
            .inner
            .fill_buf()
            .map_or(&[][..], |bytes| &bytes[..amount.min(bytes.len())]);
        self.line += consumed.iter().filter(|&&b| b == b'\n').count();
        self.damage = self.shape.take(consumed).err();
        self.inner.consume(amount);
    }
}

/// An element that is open.
#[derive(PartialEq, Eq)]
enum Element {
    Root,
    Key,
    Default,
    Graph,
    Node,
    Edge,
    /// Of the column.
    Data(usize),
    /// How the program yEd draws a node or an edge, whose label goes to the column.
    Drawing(usize),
    /// Such a label.
    Label(usize),
    Other,
}

type Choose<'a> = Box<dyn FnOnce(&[String]) -> Vec<Interest> + 'a>;

#[derive(Default)]
struct Graph<'a> {
    /// Asked once, when the graph begins.
    choose: Option<Choose<'a>>,
    open: Vec<Element>,
    keys: Vec<Key>,
    /// `edgedefault`, once the graph has begun.
    directed: Option<bool>,
    nodes: Rows,
    edges: Rows,
    numbers: HashMap<String, usize>,
    /// Identifiers of the nodes, and the row in which each is declared or the line in which it was
    /// first named.
    identifiers: Vec<(String, Result<usize, usize>)>,
    /// Nodes in the order of their rows, then both ends of each edge and whether it has a
    /// direction.
    declared: Vec<usize>,
    ends: Vec<(usize, usize, bool)>,
    text: String,
    /// Bytes of values taken from their keys.
    defaults: u64,
}

impl Graph<'_> {
    fn event(&mut self, event: &Event<'_>, line: usize) -> Result<(), Fault> {
        match event {
            Event::Start(element) => self.start(element, line)?,
            Event::End(_) => self.end()?,
            Event::Text(text) => self.append(&text.xml10_content()),
            Event::CData(text) => self.append(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let name = reference.xml10_content();
                let character = reference.resolve_char_ref().map_err(damaged)?;
                match (character, resolve_predefined_entity(&name)) {
                    (Some(character), _) => self.append(character.encode_utf8(&mut [0; 4])),
                    (None, Some(text)) => self.append(text),
                    (None, None) => {
                        return Err(fault(
                            format!("the entity `&{name};` is none of XML's own"),
                            "write its text instead",
                        ));
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Text counts where a value is expected.
    fn append(&mut self, text: &str) {
        if matches!(
            self.open.last(),
            Some(Element::Data(_) | Element::Label(_) | Element::Default)
        ) {
            self.text.push_str(text);
        }
    }

    fn start(&mut self, element: &BytesStart<'_>, line: usize) -> Result<(), Fault> {
        let within = self.open.last();
        let opened = match (within, element.local_name().as_ref()) {
            (None, "graphml") => Element::Root,
            (None, other) => {
                return Err(fault(
                    format!("it begins with `<{other}>`, not `<graphml>`"),
                    match other {
                        "gexf" => "export the graph as GraphML (Gephi: File, Export, Graph file)",
                        "Workbook" => "save the workbook as .xlsx or CSV",
                        _ => "export the graph as GraphML, or a table as CSV",
                    },
                ));
            }
            (Some(Element::Root), "key") => self.key(element)?,
            (Some(Element::Key), "default") => Element::Default,
            (Some(Element::Root), "graph") => {
                if self.directed.is_some() {
                    return Err(fault(
                        "it holds a second graph",
                        "write each connectome into its own file",
                    ));
                }
                self.directed =
                    Some(attribute(element, "edgedefault")?.as_deref() == Some("directed"));
                self.nodes = Rows::new(&self.keys, "node", &[NEURON.names[0]], |names| {
                    vec![Interest::Whole; names.len()]
                });
                let choose = self.choose.take();
                let ends = [PRE.names[0], POST.names[0]];
                self.edges = Rows::new(&self.keys, "edge", &ends, |names| {
                    choose.map_or_else(Vec::new, |choose| choose(names))
                });
                Element::Graph
            }
            (Some(Element::Graph), "node") => {
                let node = self.node(required(element, "id")?, line);
                if let Ok(first) = self.identifiers[node].1 {
                    let (name, first) = (&self.identifiers[node].0, self.nodes.lines[first]);
                    let reason = format!("the node `{name}` is already in line {first}");
                    return Err(fault(reason, "give each neuron one node"));
                }
                self.identifiers[node].1 = Ok(self.nodes.lines.len());
                self.declared.push(node);
                self.nodes.lines.push(line);
                Element::Node
            }
            (Some(Element::Graph), "edge") => {
                let source = self.node(required(element, "source")?, line);
                let target = self.node(required(element, "target")?, line);
                let own = attribute(element, "directed")?;
                let directed = own.map_or(self.directed == Some(true), |own| own == "true");
                self.ends.push((source, target, directed));
                self.edges.lines.push(line);
                Element::Edge
            }
            (Some(Element::Node), "data") => content(&self.nodes, &required(element, "key")?)?,
            (Some(Element::Edge), "data") => content(&self.edges, &required(element, "key")?)?,
            (Some(_), "NodeLabel" | "EdgeLabel") => match self.drawing() {
                Some(column) => Element::Label(column),
                None => Element::Other,
            },
            (Some(Element::Node), "graph") => {
                return Err(fault(
                    "the node holds a graph of its own",
                    "export all neurons as nodes of one graph",
                ));
            }
            (Some(Element::Graph), "hyperedge") => {
                return Err(fault(
                    "hyperedges are not read",
                    "write each synapse as an `<edge>`",
                ));
            }
            _ => Element::Other,
        };
        self.open.push(opened);
        Ok(())
    }

    fn key(&mut self, element: &BytesStart<'_>) -> Result<Element, Fault> {
        if self.directed.is_some() {
            return Err(fault(
                "a key is declared below the graph",
                "declare all keys above it",
            ));
        }
        let id = required(element, "id")?;
        let is_drawing = ["nodegraphics", "edgegraphics"].contains(
            &attribute(element, "yfiles.type")?
                .unwrap_or_default()
                .as_str(),
        );
        let name = match (attribute(element, "attr.name")?, is_drawing) {
            (_, true) => "label".to_owned(),
            (Some(name), false) => name,
            (None, false) => id.clone(),
        };
        let domain = attribute(element, "for")?.unwrap_or_else(|| "all".to_owned());
        self.keys.push(Key {
            id,
            domain,
            name,
            default: String::new(),
            is_drawing,
        });
        Ok(Element::Key)
    }

    /// The column for the labels of the drawing that is open.
    fn drawing(&self) -> Option<usize> {
        self.open.iter().rev().find_map(|element| match element {
            Element::Drawing(column) => Some(*column),
            Element::Root
            | Element::Key
            | Element::Default
            | Element::Graph
            | Element::Node
            | Element::Edge
            | Element::Data(_)
            | Element::Label(_)
            | Element::Other => None,
        })
    }

    fn end(&mut self) -> Result<(), Fault> {
        match self.open.pop() {
            Some(Element::Default) => {
                let text = std::mem::take(&mut self.text);
                self.keys
                    .last_mut()
                    .into_iter()
                    .for_each(|key| key.default.clone_from(&text));
            }
            Some(Element::Data(column)) => {
                let rows = if self.open.last() == Some(&Element::Node) {
                    &mut self.nodes
                } else {
                    &mut self.edges
                };
                rows.set(column, std::mem::take(&mut self.text));
            }
            Some(Element::Label(column)) => {
                let label = std::mem::take(&mut self.text);
                let rows = if self.open.contains(&Element::Node) {
                    &mut self.nodes
                } else {
                    &mut self.edges
                };
                rows.set_label(column, label);
            }
            Some(Element::Node) => {
                let taken = self.nodes.close();
                self.take_defaults(taken)?;
            }
            Some(Element::Edge) => {
                let taken = self.edges.close();
                self.take_defaults(taken)?;
            }
            Some(
                Element::Root
                | Element::Key
                | Element::Graph
                | Element::Drawing(_)
                | Element::Other,
            )
            | None => {}
        }
        Ok(())
    }

    /// Counts the bytes of values that are not given but taken from their key.
    fn take_defaults(&mut self, bytes: u64) -> Result<(), Fault> {
        self.defaults = self.defaults.saturating_add(bytes);
        if self.defaults > ALWAYS_ALLOWED {
            let mebibytes = ALWAYS_ALLOWED >> 20;
            return Err(fault(
                format!("the defaults of its keys make more than {mebibytes} MiB of text"),
                "leave long defaults out, or give each node its own value",
            ));
        }
        Ok(())
    }

    /// The number of the node called `id`.
    fn node(&mut self, id: String, line: usize) -> usize {
        if let Some(&number) = self.numbers.get(&id) {
            return number;
        }
        let number = self.identifiers.len();
        self.numbers.insert(id.clone(), number);
        self.identifiers.push((id, Err(line)));
        number
    }

    fn finish(mut self, path: &Path, line: usize) -> Result<Contents, ReadError> {
        let refused = |line, reason: &str, hint| Err(invalid(path, line, fault(reason, hint)));
        if !self.open.is_empty() {
            return refused(
                line,
                "it ends within an element",
                "the file is truncated; copy or export it again",
            );
        }
        if self.directed.is_none() {
            return refused(
                line,
                "there is no `<graph>` in it",
                "export the graph as GraphML",
            );
        }
        if let Some((id, Err(line))) = self.identifiers.iter().find(|(_, row)| row.is_err()) {
            return refused(
                *line,
                &format!("there is no node `{id}`"),
                "declare each neuron as a `<node>`",
            );
        }
        if self.ends.is_empty() {
            let hint = "a connectome needs at least one synapse, which is an `<edge>`";
            return Err(ReadError::Empty {
                path: path.to_owned(),
                what: "has no edges",
                hint,
            });
        }
        let (distinct, names) = self.nodes.distinct_names();
        let mut called: Vec<&str> = self.identifiers.iter().map(|(id, _)| id.as_str()).collect();
        for (&node, name) in self.declared.iter().zip(&distinct) {
            called[node] = name;
        }
        let (mut pre, mut post, mut neuron) =
            <(CellsBuilder, CellsBuilder, CellsBuilder)>::default();
        for (source, target, _) in &self.ends {
            pre.push(called[*source]);
            post.push(called[*target]);
        }
        self.declared
            .iter()
            .for_each(|&node| neuron.push(called[node]));
        let mut identifiers = vec![(PRE.word, pre), (POST.word, post)];
        // What may have no direction, the reader of the edges knows: gap junctions.
        if self.ends.iter().any(|(_, _, directed)| !directed) {
            let mut direction = CellsBuilder::default();
            for (_, _, directed) in &self.ends {
                direction.push(if *directed { "directed" } else { "undirected" });
            }
            identifiers.push(("direction", direction));
        }
        let edges = self.edges.sheet(path, identifiers);
        let nodes = self.nodes.sheet(path, vec![(NEURON.word, neuron)]);
        Ok(Contents::Graph {
            edges,
            nodes,
            names,
        })
    }
}

/// What a key's `<data>` is.
fn content(rows: &Rows, key: &str) -> Result<Element, Fault> {
    match rows.content(key) {
        Some(Content::Value(column)) => Ok(Element::Data(column)),
        Some(Content::Drawing(column)) => Ok(Element::Drawing(column)),
        None => Err(fault(
            format!("the key `{key}` is not declared for this"),
            "declare it as `<key>` above the graph",
        )),
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, Fault> {
    let found = element.try_get_attribute(name).map_err(damaged)?;
    found
        .map(|a| {
            a.normalized_value(XmlVersion::Implicit1_0)
                .map(|v| v.into_owned())
                .map_err(damaged)
        })
        .transpose()
}

fn required(element: &BytesStart<'_>, name: &str) -> Result<String, Fault> {
    attribute(element, name)?.ok_or_else(|| {
        let element = element.local_name().into_inner().to_owned();
        fault(
            format!("`<{element}>` has no `{name}`"),
            "the GraphML is damaged; export it again",
        )
    })
}

fn damaged(error: impl Into<AnyError>) -> Fault {
    fault(error, "the XML is damaged; export it again")
}

fn not_utf8(error: quick_xml::encoding::EncodingError) -> Fault {
    fault(NotUtf8(error.into()), "save it as UTF-8")
}
