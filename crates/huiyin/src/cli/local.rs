//! A log opened by the command line itself, where no server holds it.

use super::remote::{RemoteServer, Trouble};
use crate::progress::Bar;
use crate::serve_arguments::READ_MODELS_FILE;
use crate::terminal::say;
use api::problem::causes;
use casework::{Casework, Failure};
use domain::language::Language;
use event_store::open::{Cause, OpenError, OpenOptions, OpenedLog, Progress};
use event_store::{EventStore, KeyDirectory};
use read_models::{ReadModelError, ReadModels, RebuildProgress};
use std::sync::Arc;
use tokio::runtime::Runtime;

/// An open log, its keys, and what its futures run on.
pub struct Local {
    /// Runs them.
    pub runtime: Runtime,
    /// The log.
    pub store: EventStore,
    /// Its keys.
    pub keys: Arc<KeyDirectory>,
}

/// Opens the log of a data directory. A directory without one is refused: nothing is begun here.
pub fn open(remote: &RemoteServer) -> Result<Local, Trouble> {
    open_of(remote, Some(&remote.url))
}

/// The same for what no server is asked for.
pub fn open_stopped(remote: &RemoteServer) -> Result<Local, Trouble> {
    open_of(remote, None)
}

fn open_of(remote: &RemoteServer, asked: Option<&str>) -> Result<Local, Trouble> {
    let language = remote.language;
    if !remote.data.join("journal").is_dir() {
        let words = language.pick(
            "没有服务在运行，其中也没有记录；请用 --data 指明数据目录，或用 --url 指明服务地址",
            "no server answers, and there is no log in it; name the data directory by --data, or the server by --url",
        );
        return Err(Trouble::Cannot(format!("{}{}{words}", remote.data.display(), language.colon())));
    }
    let options = OpenOptions { signed: remote.signed.clone(), ..OpenOptions::new(&remote.data, &remote.keys) };
    open_at(&options, asked, language)
}

/// Opens the log of a data directory that holds one, once the server that was asked for it has not answered.
pub fn open_at(options: &OpenOptions, asked: Option<&str>, language: Language) -> Result<Local, Trouble> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Trouble::Cannot(causes::of_io(&error, language)))?;
    let bar = Bar::new(language.pick("打开", "opening"));
    let progress = |progress: Progress| bar.at(progress.done, progress.total);
    let opened = runtime.block_on(event_store::open::open(options, &progress));
    bar.done();
    let OpenedLog { log, keys, notes, .. } = opened.map_err(|error| not_opened(&error, asked, language))?;
    for note in notes {
        say(language.pick(&note.zh, &note.en));
    }
    let store = runtime
        .block_on(EventStore::start(log, Arc::new(event_store::clock::system_ms)))
        .map_err(|error| not_opened(&OpenError::not_begun(&options.data, &error), asked, language))?;
    Ok(Local { runtime, store, keys: Arc::new(keys) })
}

/// Why a log is not opened. One that another process holds is most likely served, at another address than was asked.
fn not_opened(error: &OpenError, asked: Option<&str>, language: Language) -> Trouble {
    let words = language.pick(&error.message.zh, &error.message.en);
    Trouble::Cannot(match (language, asked) {
        (Language::Zh, Some(url)) if error.cause == Cause::Locked => {
            format!("{url} 没有应答。{words}若服务正在运行，请用 --url 指明它的地址。")
        }
        (Language::En, Some(url)) if error.cause == Cause::Locked => {
            format!("nobody answers at {url}. {words} If a server is running, name its address by --url.")
        }
        (Language::Zh | Language::En, Some(_) | None) => words.to_owned(),
    })
}

impl Local {
    /// The use cases over the log. A log without leaves is not given any.
    pub async fn casework(&self) -> Result<Casework, Failure> {
        let bootstrap = crate::bootstrap::compiled_in(false).map_err(|error| Failure::Fault(error.to_string()))?;
        let no_log = |_: &_| Err(Failure::NotFound);
        let clock = Arc::new(event_store::clock::system_ms);
        let started = Casework::start(self.store.clone(), Arc::clone(&self.keys), clock, &bootstrap, no_log).await?;
        Ok(started.casework)
    }

    /// Folds one read model again, or all.
    pub fn rebuild(
        self,
        remote: &RemoteServer,
        model: Option<&str>,
        progress: &(dyn Fn(RebuildProgress) + Send + Sync),
    ) -> Result<(), Trouble> {
        self.with_boards(remote, async |_, models| {
            let cannot = |error: ReadModelError| Trouble::Cannot(causes::of_boards(&error, remote.language));
            models.rebuild(model, progress).await.map_err(cannot)
        })
    }

    /// Does something with the use cases and the read models, and closes them again.
    pub fn with_boards<T>(
        self,
        remote: &RemoteServer,
        act: impl AsyncFnOnce(Arc<Casework>, ReadModels) -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        self.runtime.block_on(async {
            let casework = self.casework().await;
            let casework =
                casework.map_err(|failure| Trouble::Cannot(causes::of_failure(&failure, remote.language)))?;
            let (store, keys) = (&self.store, &self.keys);
            let zone = casework.reference().time_zone();
            let file = remote.data.join(READ_MODELS_FILE);
            let cannot = |error: ReadModelError| Trouble::Cannot(causes::of_boards(&error, remote.language));
            let models = ReadModels::open(Some(&file), store.clone(), keys.log_id(), zone).await.map_err(cannot)?;
            if let Some(trouble) = models.trouble() {
                return Err(Trouble::Cannot(causes::boards_unopened(&file, trouble, remote.language)));
            }
            models.start().map_err(cannot)?;
            let did = act(Arc::new(casework), models.clone()).await;
            models.shutdown().await;
            store.shutdown().await;
            did
        })
    }
}
