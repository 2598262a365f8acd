// A real Chromium with a real client certificate, and what every page must hold: no violation of the security policy, no error
// of a script, none of the accessibility rules of WCAG 2.2 A and AA broken, nothing fetched from elsewhere.
import { createRequire } from "node:module";
import { readdirSync, readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let passed = 0, failed = 0;

// The pages' own catalogues, all topics of a language as one.
const topics = (language) => new URL(`../../lra/web/words/${language}/`, import.meta.url);
export const words = Object.fromEntries(["ja", "en"].map((language) => [language,
	Object.assign({}, ...readdirSync(topics(language)).map((file) => JSON.parse(readFileSync(new URL(file, topics(language)), "utf8"))))]));

export function check(words, good, what = "") {
	if (good) passed++; else failed++;
	console.log(`${good ? "ok  " : "FAIL"} ${words}${good ? "" : `: ${typeof what === "string" ? what : JSON.stringify(what)}`}`);
}
export const equal = (words, want, is) => check(words, JSON.stringify(want) === JSON.stringify(is), `${JSON.stringify(is)}, not ${JSON.stringify(want)}`);
export function end() {
	console.log(`${passed} checks passed, ${failed} failed`);
	process.exitCode = failed === 0 ? 0 : 1;
}

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-quic"] });

// One person's browser: PEM files of the demonstration; without a name nobody's.
export async function person(browser, address, folder, name, language) {
	const context = await browser.newContext({
		ignoreHTTPSErrors: true, locale: language === "ja" ? "ja-JP" : "en-GB", viewport: { width: 1280, height: 800 },
		clientCertificates: name ? [{ origin: new URL(address).origin, certPath: `${folder}/${name}-auth.pem`, keyPath: `${folder}/${name}-auth.key` }] : [],
	});
	const page = await context.newPage();
	const wrong = [];
	page.on("console", (said) => { if (said.type() === "error" && !/status of (4\d\d|502)/.test(said.text())) wrong.push(said.text()); });
	page.on("pageerror", (error) => wrong.push(String(error)));
	page.on("request", (request) => { if (new URL(request.url()).origin !== new URL(address).origin) wrong.push(`elsewhere: ${request.url()}`); });
	return { context, page, wrong };
}

// A passkey device of Chromium's own; the answer says whether it knows its person from now on.
export async function device(context, page) {
	const debug = await context.newCDPSession(page);
	await debug.send("WebAuthn.enable");
	const { authenticatorId } = await debug.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2", transport: "internal",
		hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
	return (verified) => debug.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: verified });
}

// Registers a passkey by a code, has the administrators sign, and logs in with it.
export async function byPasskey(page, say, { address, name, code, vouch }) {
	await shown(page, () => page.goto(`${address}/?lang=${say === words.ja ? "ja" : "en"}#/enrol`));
	await page.getByLabel(say.enrolPerson).fill(name);
	await page.getByLabel(say.enrolCode).fill(code);
	await page.getByRole("button", { name: say.enrolMake, exact: true }).click();
	await page.getByText(say.enrolled).waitFor();
	await vouch();
	await shown(page, () => page.getByRole("link", { name: say.toLogin }).click());
	await shown(page, () => page.getByRole("button", { name: say["login.passkey"], exact: true }).click());
}

// The page after `deed`, fully drawn.
export async function shown(page, deed) {
	const before = await page.evaluate(() => (document.body ? (document.body.dataset.shown = `before ${performance.now()}`) : "")).catch(() => "");
	await deed();
	await page.waitForFunction((old) => document.body.dataset.shown && document.body.dataset.shown !== old, before)
		.catch(async (error) => { throw new Error(`${error.message}: ${page.url()}: ${await page.content()}`); });
}

// By Tab, as a person without a pointer: around the page until the element has the focus.
export async function reach(page, locator) {
	const handle = await locator.elementHandle();
	for (let steps = 0; steps < 120; steps++) {
		if (await handle.evaluate((element) => element === document.activeElement)) return;
		await page.keyboard.press("Tab");
	}
	throw new Error(`keys do not reach ${locator}`);
}
export async function press(page, locator, key = "Enter") {
	await reach(page, locator);
	await page.keyboard.press(key);
}
export async function choose(page, locator, value) {
	await reach(page, locator);
	await page.keyboard.press("Home");
	for (let steps = 0; steps < 30 && await locator.inputValue() !== value; steps++) await page.keyboard.press("ArrowDown");
}

export async function hold(page, words, wrong, picture) {
	// Evaluated over the debugger, not as a script of the page: the page's own policy stays as it is.
	await page.evaluate(axe);
	const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
	check(`${words}: no accessibility rule is broken`, found.violations.length === 0,
		found.violations.map((rule) => `${rule.id} ${rule.nodes[0].target}`).join("; "));
	check(`${words}: the rules were really run`, found.passes.length > 10, found.passes.length);
	equal(`${words}: no violation of the policy, no error, nothing from elsewhere`, [], wrong);
	await page.screenshot({ path: picture, fullPage: true });
}
