//! What the server keeps in memory, part by part, as `/metrics` shows it. Every part has a bound of its own; a page of
//! measurements is where an operator sees how near each is.

use crate::state::AppState;
use std::fmt::{self, Write as _};
use std::sync::Arc;

/// A part, and about how many bytes it holds.
pub type Part = (&'static str, usize);

/// Asks the parts of the server what they hold. Cheap: they have counted already.
#[derive(Clone)]
pub struct Memory(Arc<dyn Fn() -> Vec<Part> + Send + Sync>);

impl Memory {
    /// The caches of an app, and what is known beside it: the allocator's own figures, caches that are set and not counted.
    pub fn of_app(app: &AppState, beside: impl Fn() -> Vec<Part> + Send + Sync + 'static) -> Self {
        let app = app.clone();
        Self(Arc::new(move || {
            let mut parts = beside();
            parts.extend(app.caches().map(|(name, size)| (name, size.bytes)));
            parts.extend(app.casework.store.memory());
            parts.extend(app.read_models.memory().into_iter().map(|cache| (cache.name, cache.bytes)));
            parts
        }))
    }

    /// In the Prometheus text format.
    pub(crate) fn page(&self) -> String {
        let name = "huiyin_memory_bytes";
        let mut page = format!("# TYPE {name} gauge\n");
        for (part, bytes) in (self.0)() {
            // Writing to a String cannot fail.
            let _ = writeln!(page, "{name}{{part=\"{part}\"}} {bytes}");
        }
        page.push('\n');
        page
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memory")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_is_a_line() {
        let memory = Memory(Arc::new(|| vec![("issues", 7), ("log_tail", 0)]));
        let page = memory.page();
        let lines: Vec<_> = page.lines().collect();
        let [kind, issues, tail, ""] = lines[..] else { panic!("{page}") };
        assert_eq!(kind, "# TYPE huiyin_memory_bytes gauge");
        assert_eq!(issues, r#"huiyin_memory_bytes{part="issues"} 7"#);
        assert_eq!(tail, r#"huiyin_memory_bytes{part="log_tail"} 0"#);
    }
}
