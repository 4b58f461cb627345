// Whose timer does a polyfill use? The one that stands on the global object when it is needed: the prelude's.

/** Call `task` after so many milliseconds of the run's clock. */
export function later(task, milliseconds) {
    globalThis.setTimeout(task, milliseconds);
}
