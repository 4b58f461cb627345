// Which globals of the web does a bare V8 lack that Postman's sandbox, or a script in it, relies on?
//
// Evaluated before the prelude and the sandbox. Only what is missing is added, with the attributes of a global of the web
// (not enumerable), so that the same code can run where some of it exists.

import 'core-js/web/url.js';
import 'core-js/web/url-search-params.js';
import 'core-js/web/dom-exception.js';
import 'core-js/web/structured-clone.js';
import 'core-js/web/queue-microtask.js';
import 'core-js/stable/atob.js';
import 'core-js/stable/btoa.js';

import { TextDecoder, TextDecoderStream, TextEncoder, TextEncoderStream } from '@exodus/bytes/encoding.js';
import { Event, EventTarget } from 'event-target-shim';

import { define, present } from './define.js';
import * as streams from './streams.js';
import { AbortController, AbortSignal } from './abort.js';
import { Blob, File } from './blob.js';
import { Crypto, crypto } from './crypto.js';
import { CryptoKey } from './keys.js';
import { SubtleCrypto } from './subtle.js';

present(Event, 'Event');
present(EventTarget, 'EventTarget');

define({ TextDecoder, TextEncoder, Event, EventTarget, AbortController, AbortSignal, Blob, File });
define(streams);
define({ TextDecoderStream, TextEncoderStream });
define({ Crypto, CryptoKey, SubtleCrypto, crypto });
