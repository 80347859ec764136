//! Errors of the app's own code, which go back to it as they are.

use std::any::Any;
use std::fmt;
use std::rc::Rc;

/// An error of the app's own code.
#[derive(Clone)]
pub struct Foreign {
    /// What it says.
    pub message: String,
    /// The thing itself; a `JsValue` on the web.
    pub value: Rc<dyn Any>,
}

impl PartialEq for Foreign {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.value, &other.value)
    }
}

impl Eq for Foreign {}

impl fmt::Debug for Foreign {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("Foreign").field(&self.message).finish()
    }
}
