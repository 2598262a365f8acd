// What is being typed, kept at the server: sealed there, for its author alone, until it is sent or thrown away. Nothing of it is
// kept in the browser, where the next person at the machine could find it.
import { ask, keep } from "./api.js";

const PAUSE = 1500; // behind the last key

// An old one, or null.
export async function draft(name) {
	const { drafts } = await ask("GET", "drafts");
	return drafts.some((one) => one.name === name) ? ask("GET", `drafts/${name}`) : null;
}
export const drafts = async () => (await ask("GET", "drafts")).drafts;
export const drop = (name) => ask("PUT", `drafts/${name}`, { values: null });

// read(): what is there now; tell(time or null): saved at, or could not be saved yet. Returns what to call at each change.
export function keeper(name, read, tell, at) {
	let saved = JSON.stringify(read()), timer, ended = false;
	const save = async () => {
		const values = read(), text = JSON.stringify(values);
		if (ended || text === saved) return;
		try {
			const { savedAt } = await keep(`drafts/${name}`, { values });
			saved = text;
			tell(savedAt);
		} catch {
			tell(null); // the session may be over, or the server away: as long as this page is open it tries again
			timer = setTimeout(save, 2 * PAUSE);
		}
	};
	at.leave(() => { clearTimeout(timer); save(); });
	return { changed: () => { clearTimeout(timer); timer = setTimeout(save, PAUSE); }, end: async () => { ended = true; clearTimeout(timer); await drop(name); } };
}
