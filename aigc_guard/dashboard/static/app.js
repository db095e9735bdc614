// Keys and live counts. Everything works without this file; it adds no state of its own.
"use strict";
document.documentElement.classList.add("with-script");
