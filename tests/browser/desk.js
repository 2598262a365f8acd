// How long a page of the counter takes in Chromium until it stands, from the press of a key on: the median and the longest of ten, in
// ms, as lines "name value". node desk.js ADDRESS CEREMONY RECEIPT
import { launch, person, shown, words } from "./browser.js";

const [address, ceremony, receipt] = process.argv.slice(2);
const browser = await launch();
const { context, page } = await person(browser, address, ceremony, "sato", "ja");
await shown(page, () => page.goto(`${address}/?lang=ja`));
await shown(page, () => page.getByRole("button", { name: words.ja["login.card"] }).click());

async function timed(name, open) {
	const took = [];
	for (let i = 0; i < 10; i++) {
		const begun = performance.now();
		await shown(page, open);
		took.push(performance.now() - begun);
	}
	took.sort((a, b) => a - b);
	console.log(`desk_page_${name}_ms ${took[4].toFixed(0)}\ndesk_page_${name}_longest_ms ${took[9].toFixed(0)}`);
}
await timed("whole", () => page.reload());
let turn = 0;
await timed("queue", () => page.evaluate((tab) => { location.hash = `#/queue/${tab}`; }, ["identify", "open"][turn++ % 2]));
await timed("apply", () => page.evaluate((path) => { location.hash = path; }, ["#/apply", "#/queue"][turn++ % 2]));
await timed("case", () => page.evaluate((path) => { location.hash = path; }, [`#/case/${receipt}`, `#/case/${receipt}/verify`][turn++ % 2]));
await timed("search", async () => {
	await page.locator("#search").fill(["高橋", "takahashi"][turn++ % 2]);
	await page.keyboard.press("Enter");
});
await context.close();
await browser.close();
