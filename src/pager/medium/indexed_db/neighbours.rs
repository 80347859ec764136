//! The other tabs: telling them of a commit, hearing of theirs, and taking turns with them.
//!
//! A message means that there is something to read. One that says hello comes from a tab that has just opened the store,
//! and is answered, so that both know of each other; a tab that never heard of another one tells nobody of its commits.

use futures::channel::oneshot;
use js_sys::{Function, Promise, Reflect};
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

const HELLO: bool = true;

type Listener = Closure<dyn FnMut(MessageEvent)>;

/// The other tabs that have the same store open.
pub(super) struct Neighbours {
    name: String,
    channel: RefCell<Option<BroadcastChannel>>,
    heard: RefCell<Option<Listener>>,
    /// Whether any was ever heard of.
    known: Rc<Cell<bool>>,
}

impl Neighbours {
    pub(super) fn new(name: &str) -> Self {
        let known = Reflect::has(&js_sys::global(), &"BroadcastChannel".into()).unwrap_or(false);
        let channel = known.then(|| BroadcastChannel::new(name).ok()).flatten();
        // In node, an open channel would keep the process alive.
        if let Some(channel) = &channel
            && let Ok(unref) = Reflect::get(channel, &"unref".into()).and_then(JsCast::dyn_into::<Function>)
        {
            let _ = unref.call0(channel);
        }
        Self { name: name.to_owned(), channel: RefCell::new(channel), heard: RefCell::default(), known: Rc::default() }
    }

    /// Tells the others that there is a new commit. They read which.
    pub(super) fn announce(&self) {
        if let Some(channel) = self.channel.borrow().as_ref().filter(|_| self.known.get()) {
            tell(channel, &JsValue::NULL);
        }
    }

    pub(super) fn listen(&self, heard: Box<dyn Fn()>) {
        let Some(channel) = self.channel.borrow().clone() else { return };
        let (known, answers) = (Rc::clone(&self.known), channel.clone());
        let closure = Listener::new(move |message: MessageEvent| {
            let is_first = !known.replace(true);
            if is_first || message.data() == HELLO {
                // It may have read the store before the last commit, of which nobody told it: it said hello too late
                // for that, or its answer to our own hello is on its way while we commit.
                tell(&answers, &JsValue::NULL);
            }
            heard();
        });
        channel.set_onmessage(Some(closure.as_ref().unchecked_ref()));
        *self.heard.borrow_mut() = Some(closure);
        tell(&channel, &HELLO.into());
    }

    pub(super) fn leave(&self) {
        if let Some(channel) = self.channel.borrow_mut().take() {
            channel.set_onmessage(None);
            channel.close();
        }
        self.heard.borrow_mut().take();
    }

    /// Waits for the Web Lock of this store; nothing where there are no Web Locks.
    pub(super) async fn turn(&self) -> Option<Box<dyn Any>> {
        web_lock(&self.name).await
    }
}

fn tell(channel: &BroadcastChannel, message: &JsValue) {
    // Nobody hears it: then whoever is behind finds out at its next commit.
    let _ = channel.post_message(message);
}

/// Waits for a Web Lock, which is held until what this gives is dropped; nothing where there are no Web Locks.
pub(crate) async fn web_lock(name: &str) -> Option<Box<dyn Any>> {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
    let locks = Reflect::get(&navigator, &"locks".into()).ok().filter(JsValue::is_object)?;
    let request: Function = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
    let (sender, receiver) = oneshot::channel();
    let sender = Rc::new(RefCell::new(Some(sender)));
    let refused_sender = sender.clone();
    let granted = Closure::once_into_js(move |_lock: JsValue| -> Promise {
        // The lock is held until this promise resolves; if nobody waits any more, at once.
        let mut release = None;
        let held = Promise::new(&mut |resolve, _| release = Some(Held { release: resolve }));
        if let (Some(release), Some(sender)) = (release, sender.borrow_mut().take()) {
            let _ = sender.send(release);
        }
        held
    });
    // Refused (an opaque origin, a page that is going away): then there is no turn to wait for.
    let refused = Closure::once_into_js(move |_error: JsValue| drop(refused_sender.borrow_mut().take()));
    let done: Promise = request.call2(&locks, &name.into(), &granted).ok()?.dyn_into().ok()?;
    let catch: Function = Reflect::get(&done, &"catch".into()).ok()?.dyn_into().ok()?;
    catch.call1(&done, &refused).ok()?;
    receiver.await.ok().map(|held| Box::new(held) as Box<dyn Any>)
}

/// A Web Lock, until it is dropped.
struct Held {
    release: Function,
}

impl Drop for Held {
    fn drop(&mut self) {
        let _ = self.release.call0(&JsValue::UNDEFINED);
    }
}
