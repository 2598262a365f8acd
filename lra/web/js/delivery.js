// The two ways of a hand-over: what is often used is offered, anything else can be typed.
import { field } from "./deed.js";
import { make } from "./dom.js";
import { say } from "./words.js";

const MOST = 60;
export const channels = () => make("datalist", { id: "channels" }, ["mailLink", "hand", "post", "internalPost"].map((word) => make("option", { value: say(`channel.${word}`) })));
export const channel = (id, label, help) => field(id, label, { list: "channels", maxlength: MOST }, help);
