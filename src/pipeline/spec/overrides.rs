//! Overrides: values of a pipeline that are changed on the command line.

/// Applies the override `a.b=value`. The value is read as TOML, or as plain text if it is not TOML.
pub(super) fn set(table: &mut toml::Table, text: &str) -> Result<(), String> {
    let (key, value) = text.split_once('=').ok_or("no `=`")?;
    let parsed: Result<toml::Table, _> = format!("value = {value}").parse();
    let value = parsed
        .ok()
        .and_then(|mut t| t.remove("value"))
        .unwrap_or_else(|| toml::Value::String(value.to_owned()));
    let mut parts: Vec<&str> = key.trim().split('.').collect();
    let last = parts.pop().filter(|k| !k.is_empty()).ok_or("no key")?;
    let mut at = table;
    let mut parts = parts.into_iter().peekable();
    while let Some(part) = parts.next() {
        let inner = at
            .entry(part)
            .or_insert_with(|| toml::Value::Table(toml::Table::new()));
        // In `tasks.0.dimension`, the number after a list selects one of its tables.
        let inner = match (
            inner,
            parts.peek().and_then(|next| next.parse::<usize>().ok()),
        ) {
            (toml::Value::Array(list), Some(index)) => {
                parts.next();
                let length = list.len();
                list.get_mut(index)
                    .ok_or_else(|| format!("`{part}` has {length} entries, counted from 0"))?
            }
            (inner, _) => inner,
        };
        at = inner
            .as_table_mut()
            .ok_or_else(|| format!("`{part}` is not a table"))?;
    }
    at.insert(last.to_owned(), value);
    Ok(())
}
