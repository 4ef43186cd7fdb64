/* After a failed form the summary of errors has the focus, so that a screen reader starts there; and a link from it
   goes into the field, also into one that a combobox replaced. */

import { each } from "./page.js";

each("[data-focus]", (element) => element.focus());
