// One file of evidence: hashed in the browser before it leaves, and compared with what the server found.
import { ask } from "../api.js";
import { hex } from "../dom.js";

const types = { pdf: "application/pdf", jpg: "image/jpeg", jpeg: "image/jpeg", png: "image/png", heic: "image/heic", tif: "image/tiff", tiff: "image/tiff" };
export const accepted = Object.keys(types).map((ending) => `.${ending}`).join(",");
// By its name, as people see it: what it really is, the server judges.
const typeOf = (file) => types[file.name.split(".").pop().toLowerCase()] ?? (file.type || "application/octet-stream");

export const digest = async (file) => hex(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));

export async function seal(receipt, file, sha256) {
	const stored = await ask("PUT", `applications/${receipt}/evidence/${sha256}`, new Blob([file], { type: typeOf(file) }));
	if (stored.sha256 !== sha256) throw new Error("evidence: the server found another digest");
	return stored;
}
