//! `huiyin serve`: opens the log, takes the casework up, lets the read models follow, and answers until told to stop.
//! The one place that opens things and closes them again. What can be refused is refused before anything is made.

use crate::admin_token;
use crate::allocator;
use crate::background;
use crate::bootstrap;
use crate::demonstration;
use crate::files;
use crate::key_backups::KeyBackups;
use crate::people;
use crate::place::Place;
use crate::serve_arguments::{READ_MODELS_FILE, SECURITY_DIRECTORY, ServeArguments};
use crate::system_clock;
use crate::terminal::say;
use crate::tls;
use actix_web::dev::ServerHandle;
use actix_web::web;
use api::http::accounts::Accounts;
use api::http::health::Health;
use api::http::logs;
use api::http::memory::Memory;
use api::http::output;
use api::http::tls::Tls;
use api::problem::causes;
use api::routes;
use api::security::journal::Journal;
use api::server::{self, Address, BindError, Service, Settings};
use api::state::AppState;
use casework::Casework;
use casework::bootstrap::{Bootstrap, Started};
use domain::language::Language;
use event_store::clock::system_ms;
use event_store::open::{OpenOptions, OpenedLog, Progress};
use event_store::{Clock, EventStore, LogError, Position};
use read_models::ReadModels;
use simulate::{Extent, SimulatedClock};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How often it is looked whether the writer still records.
const LOOK_AT_THE_WRITER: Duration = Duration::from_millis(250);

/// Why a server did not start, in the words of the command line. It is made by hand: what an error says by itself is
/// English.
struct NotServed(String);

/// What the system does not give just now.
fn not_given(language: Language) -> impl Fn(std::io::Error) -> NotServed {
    move |error| {
        let cause = causes::of_io(&error, language);
        NotServed(match language {
            Language::Zh => format!("系统资源不足：{cause}。请放宽线程数和文件数的限制后再启动。"),
            Language::En => {
                format!("the system gives no more: {cause}. Allow more threads and open files, then start again.")
            }
        })
    }
}

/// A log that cannot be read.
fn unread(language: Language) -> impl Fn(LogError) -> NotServed {
    move |error| NotServed(causes::of_failure(&error.into(), language))
}

/// Why an address cannot be listened on, and what to do.
fn not_listening(listen: &str, error: &BindError, language: Language) -> NotServed {
    NotServed(match language {
        Language::Zh => format!(
            "--listen {listen}：{}。请用 --listen 指定本机可用的地址和端口，如 127.0.0.1:8080。",
            error.words(language)
        ),
        Language::En => format!(
            "--listen {listen}: {}. Name an address and a port of this machine by --listen, such as 127.0.0.1:8080.",
            error.words(language)
        ),
    })
}

/// Runs the server until it is told to stop.
pub fn run(arguments: &ServeArguments, language: Language) -> ExitCode {
    if let Err(error) = logs::start(&arguments.log) {
        return refused(&not_given(language)(error));
    }
    let ended = in_a_runtime(arguments, language);
    output::finish();
    ended
}

fn refused(NotServed(why): &NotServed) -> ExitCode {
    say(why);
    ExitCode::FAILURE
}

fn in_a_runtime(arguments: &ServeArguments, language: Language) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return refused(&not_given(language)(error)),
    };
    match runtime.block_on(serve(arguments, language)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => refused(&why),
    }
}

async fn serve(arguments: &ServeArguments, language: Language) -> Result<(), NotServed> {
    let begun = Instant::now();
    let bootstrap = what_it_begins_with(arguments).map_err(|error| NotServed(error.words(language)))?;
    bootstrap.check(chrono::Utc::now()).map_err(|failure| {
        let option =
            arguments.programme.as_ref().map_or(String::new(), |dir| format!("--programme {}: ", dir.display()));
        NotServed(format!("{option}{}", causes::of_failure(&failure, language)))
    })?;
    demonstration::check(arguments, language).map_err(NotServed)?;
    let tls = tls::of(arguments, language).map_err(NotServed)?;
    let place = Place::of(arguments);
    let backups = KeyBackups::of(arguments, &place, language).map_err(NotServed)?;
    let listen = &arguments.listen;
    let address = Address::take(listen).map_err(|error| not_listening(listen, &error, language))?;
    let ended = serve_at(arguments, &place, &bootstrap, (address, tls, backups), begun, language).await;
    place.forget();
    ended
}

async fn serve_at(
    arguments: &ServeArguments,
    place: &Place,
    bootstrap: &Bootstrap,
    (address, tls, backups): (Address, Option<Tls>, Option<KeyBackups>),
    begun: Instant,
    language: Language,
) -> Result<(), NotServed> {
    let listen = &arguments.listen;
    // Loading a demonstration takes a while, and what it has made goes when it is told to stop.
    let asked_early = match arguments.demo {
        true => Some(asked_to_stop(language)?),
        false => None,
    };
    let opened = open(arguments, place, language).await?;
    let keys = Arc::new(opened.keys);
    let backups = backups.map(|backups| backups.of_keys(Arc::clone(&keys)));
    let simulated = arguments.demo.then(|| {
        let extent = Extent::demonstration();
        (SimulatedClock::standing_at(extent.begins_at), extent)
    });
    let newest_leaf_ms = opened.log.head().await.map_err(unread(language))?.last_recorded_at;
    // A demonstration has a clock of its own; all else runs by the machine's, which is watched.
    let watch = simulated.is_none().then(|| Arc::new(arguments.clock.watch(&place.data)));
    let (told, store): (Clock, Result<EventStore, LogError>) = match (&simulated, &watch) {
        (None, Some(watch)) => {
            // By what it shows, also where the watch already knows better: a clock that far off is a person's matter.
            arguments.clock.admit(newest_leaf_ms, system_ms(), language).map_err(NotServed)?;
            if let Some(trouble) = system_clock::trouble(watch, newest_leaf_ms, &arguments.clock) {
                tracing::warn!(note = trouble.en, "the system clock");
                say(language.pick(&trouble.zh, &trouble.en));
            }
            let told = Arc::clone(watch);
            (Arc::new(move || told.now_ms()), EventStore::start_watched(opened.log, Arc::clone(watch)).await)
        }
        (Some((clock, _)), _) => (clock.clock(), EventStore::start(opened.log, clock.clock()).await),
        (None, None) => (Arc::new(system_ms), EventStore::start(opened.log, Arc::new(system_ms)).await),
    };
    let store = store.map_err(unread(language))?;
    if simulated.is_some() && store.head().position > Position(0) {
        store.shutdown().await;
        return Err(NotServed(
            language
                .pick(
                    "演示数据只能载入空的日志，而此数据目录已有记录。请换一个目录，或不用 --demo。",
                    "`--demo` needs an empty log, and this data directory holds one. Name another, or omit --demo.",
                )
                .to_owned(),
        ));
    }
    let token_file = admin_token::file(&place.data);
    let Started { casework, first_token } =
        Casework::start(store.clone(), Arc::clone(&keys), Arc::clone(&told), bootstrap, |token| {
            admin_token::keep(&token_file, token)
        })
        .await
        .map_err(|failure| NotServed(causes::of_failure(&failure, language)))?;
    let files = files::open(&place.data, language).map_err(NotServed)?;
    let casework = Arc::new(casework.with_files(files));
    let unsettled = |failure| NotServed(causes::of_failure(&failure, language));
    let removed = casework.settle_files().await.map_err(unsettled)?;
    if removed > 0 {
        tracing::info!(removed, "files that a stop cut short on their way in were removed");
    }
    let settled = casework.settle_erasures().await.map_err(unsettled)?;
    if settled.epoch > 0 {
        tracing::info!(
            epoch = settled.epoch,
            erasures = settled.erasures.len(),
            "erasures that a stop cut short were carried out"
        );
    }
    let zone = casework.reference().time_zone();
    let boards = place.data.join(READ_MODELS_FILE);
    let read_models = ReadModels::open(Some(&boards), store.clone(), keys.log_id(), zone)
        .await
        .map_err(|error| NotServed(causes::of_boards(&error, language)))?;
    if let Some(trouble) = read_models.trouble() {
        tracing::error!(file = READ_MODELS_FILE, why = trouble, "the boards cannot be opened; it is tried again");
        // Commands do not need them: the server starts, and opens them as soon as it can.
        say(&causes::boards_unopened(&boards, trouble, language));
        say(language.pick(
            "在此之前各列表和统计暂不可用，服务会不断重试。",
            "Until then lists and dashboards are not available; it is tried again and again.",
        ));
    }
    read_models.start().map_err(|error| NotServed(causes::of_boards(&error, language)))?;
    let people = people::open(&place.data, &casework, arguments.oidc.as_ref(), language).map_err(NotServed)?;
    let people = Arc::new(people);
    let app = AppState::new(Arc::clone(&casework), read_models.clone()).with_tables_in(place.data.clone());
    let demonstrated = match (&simulated, &asked_early) {
        (Some((clock, extent)), Some(asked)) => {
            let given = (place.data.as_path(), arguments);
            let loaded = demonstration::load(&casework, clock, extent, given, asked, language).await;
            Some(loaded.map_err(NotServed)?)
        }
        (Some(_), None) | (None, _) => None,
    };
    if demonstrated.as_ref().is_some_and(demonstration::Demonstration::broken_off) {
        read_models.shutdown().await;
        store.shutdown().await;
        return Ok(());
    }
    let journal = {
        let sealed_until = casework.reference().security_days.sealed_until;
        Journal::start(place.data.join(SECURITY_DIRECTORY), told, zone, sealed_until).map_err(not_given(language))?
    };
    journal.started(arguments.configuration.values());
    let app = app.with_journal(journal.clone()).with_configuration(arguments.configuration.clone());
    let tasks = background::start(&app, &place.data, watch.clone(), arguments.security_days, backups.clone())
        .map_err(not_given(language))?;
    let listening = {
        let state = web::Data::new(app.clone());
        let memory = web::Data::new(Memory::of_app(&app, allocator::held));
        let verifying = opened.verifying;
        let bounds = arguments.clock;
        let clock_trouble =
            move |newest| watch.as_deref().and_then(|watch| system_clock::trouble(watch, newest, &bounds));
        let spoken = tls.clone();
        let watched = tls.clone();
        let tls_trouble = move || spoken.as_ref().and_then(Tls::trouble);
        // After the demonstration was told: who finds the server ready finds all of it on the boards.
        let health =
            Health::of_app(&app, store.head().position, move || verifying.damage(), clock_trouble, tls_trouble)
                .also(move || backups.as_ref().and_then(KeyBackups::trouble))
                .also(move || tls::ending(watched.as_ref()));
        let accounts = Accounts::of_casework(Arc::clone(&casework)).with_people(people);
        let service = Service::new(routes::table(), accounts, health, move |config| {
            config.app_data(state.clone()).app_data(memory.clone());
        });
        let settings = Settings {
            workers: arguments.workers,
            origins: arguments.cors_origins.clone(),
            embed_origins: arguments.embed_origins.clone(),
            rate_address: arguments.rate_address,
            rate_account: arguments.rate_account,
            proxies: arguments.trusted_proxies.clone(),
            tls: tls.clone(),
            journal: journal.clone(),
        };
        let mut asked = match asked_early {
            Some(asked) => asked,
            None => asked_to_stop(language)?,
        };
        let stopping = Arc::clone(&app.stopping);
        let stop = async move {
            // An end of the sender is an end too.
            let _ = asked.wait_for(|asked| *asked).await;
            stopping.send_replace(true);
        };
        server::bind(service, settings, address, stop)
            .map_err(|error| not_listening(listen, &BindError::Io(error), language))?
    };
    if let Some(tls) = tls.clone() {
        tokio::spawn(tls::watch_the_certificate(tls.clone()));
        tokio::spawn(server::read_again_when_told(tls).map_err(not_given(language))?);
    }
    let address = format!("{}://{}", if tls.is_some() { "https" } else { "http" }, listening.listens_on);
    tracing::info!(
        address,
        head = store.head().position.0,
        startup_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        "listening"
    );
    say(&format!("{} {address}", language.pick("回音已启动：", "Huiyin listens on")));
    if first_token.is_some() {
        say(&format!("{} {}", language.pick("管理员令牌：", "administrator's token:"), token_file.display()));
    }
    if let Some(trouble) =
        first_token.is_none().then(|| admin_token::revoked(&token_file, &app.casework, language)).flatten()
    {
        say(&trouble);
    }
    if let (Some(loaded), Some(token)) = (&demonstrated, &first_token) {
        loaded.tell(&address, token, language);
    }
    let watch = tokio::spawn(end_with_the_writer(app.clone(), listening.handle()));
    let ended = listening.run().await;
    watch.abort();
    let writer = store.healthy();
    tasks.stop();
    journal.stop();
    read_models.shutdown().await;
    store.shutdown().await;
    ended.map_err(not_given(language))?;
    writer.map_err(|why| {
        let said = language.pick(
            "写入已停止，服务随之结束；请排除存储故障后重新启动，启动时会重放日志：",
            "The writer has stopped, and the server with it; mend the storage and start it again, which replays the journal:",
        );
        NotServed(format!("{said} {why}"))
    })
}

/// Ends the server in order once the writer has stopped for good: what waits is answered, and whoever supervises the
/// process starts another, whose opening replays the journal. A server that could only read would look alive.
async fn end_with_the_writer(app: AppState, server: ServerHandle) {
    let why = loop {
        tokio::time::sleep(LOOK_AT_THE_WRITER).await;
        if let Err(why) = app.casework.store.healthy() {
            break why;
        }
    };
    tracing::error!(why, "the writer has stopped; the server ends");
    app.stopping.send_replace(true);
    server.stop(true).await;
}

/// Becomes true when the process is asked to stop.
fn asked_to_stop(language: Language) -> Result<watch::Receiver<bool>, NotServed> {
    let asked = server::asked_to_stop().map_err(not_given(language))?;
    let (tell, told) = watch::channel(false);
    tokio::spawn(async move {
        asked.await;
        tell.send_replace(true);
    });
    Ok(told)
}

async fn open(arguments: &ServeArguments, place: &Place, language: Language) -> Result<OpenedLog, NotServed> {
    let mut options = OpenOptions::new(&place.data, &place.keys);
    options.origin.clone_from(&arguments.origin);
    options.signed.clone_from(&place.signed);
    options.newest_checkpoint.clone_from(&arguments.newest_checkpoint);
    let progress = |progress: Progress| {
        tracing::info!(step = ?progress.step, done = progress.done, total = progress.total, "opening");
    };
    let opened = event_store::open::open(&options, &progress)
        .await
        .map_err(|error| NotServed(language.pick(&error.message.zh, &error.message.en).to_owned()))?;
    for note in &opened.notes {
        tracing::warn!(note = note.en, "while opening");
        say(language.pick(&note.zh, &note.en));
    }
    Ok(opened)
}

fn what_it_begins_with(arguments: &ServeArguments) -> Result<Bootstrap, bootstrap::BootstrapError> {
    match &arguments.programme {
        Some(directory) => bootstrap::of_directory(directory, arguments.demo),
        None => bootstrap::compiled_in(arguments.demo),
    }
}
