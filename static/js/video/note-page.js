/* The note on a page of its own works with plain forms; a script adds the field to draw in. */

import { Ink } from "./ink.js";

const form = document.querySelector("[data-note-page] [data-note-form=sign]");
if (form) new Ink(form);
