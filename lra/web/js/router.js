// Every page of the counter is a row: its address behind the #, the module that draws it, who may open it, its name, and its key.
//   path   {word} stands for a part of the address          page   loads the module: default (room, at), see counter.js
//   roles  who may open it; none: everybody, logged in or not   title  a word of the catalogues
//   menu   it stands in the head of every page                  key    the letter that opens it
const CLERK = ["lraClerk"], STAFF = ["lraClerk", "lraApprover"], READER = ["lraClerk", "lraApprover", "auditor"], WATCHER = [...READER, "lraAdmin"];

export const routes = [
	{ path: "",               page: () => import("./pages/hello.js"),  title: "title" },
	{ path: "enrol",          page: () => import("./pages/enrol.js"),  title: "enrol" },
	{ path: "queue",          page: () => import("./pages/queue.js"),  roles: STAFF,  title: "queue", menu: true, key: "q" },
	{ path: "queue/{tab}",    page: () => import("./pages/queue.js"),  roles: STAFF,  title: "queue" },
	{ path: "decide/{kind}",  page: () => import("./pages/decide.js"), roles: STAFF,  title: "decideMany" },
	{ path: "apply",          page: () => import("./pages/apply.js"),  roles: CLERK,  title: "apply", menu: true, key: "n" },
	{ path: "calendar",       page: () => import("./pages/calendar.js"), roles: READER, title: "calendar", menu: true, key: "c" },
	{ path: "case/{receipt}/verify", page: () => import("./pages/verify.js"), roles: CLERK, title: "verify" },
	{ path: "case/{receipt}/correct", page: () => import("./pages/apply.js"), roles: CLERK, title: "correct" },
	{ path: "case/{receipt}/deliver", page: () => import("./pages/deliver.js"), roles: READER, title: "delivery" },
	{ path: "distribute",     page: () => import("./pages/distribute.js"), roles: CLERK, title: "distribute" },
	{ path: "distribution/{id}", page: () => import("./pages/distribution.js"), roles: STAFF, title: "distribute" },
	{ path: "certificate/{issuer}/{serial}", page: () => import("./pages/certificate.js"), roles: READER, title: "certificate" },
	{ path: "ledger",         page: () => import("./pages/ledger.js"), roles: READER, title: "ledger", menu: true, key: "l" },
	{ path: "trail",          page: () => import("./pages/trail.js"),  roles: WATCHER, title: "trail", menu: true, key: "a" },
	{ path: "imports",        page: () => import("./pages/imports.js"), roles: READER, title: "bulkImport", menu: true, key: "i" },
	{ path: "import/{id}",    page: () => import("./pages/import.js"), roles: READER, title: "bulkImport" },
	{ path: "search",         page: () => import("./pages/search.js"), roles: READER, title: "search" },
	{ path: "case/{receipt}", page: () => import("./pages/case.js"),   roles: READER, title: "case" },
];

export const mayOpen = (route, session) => !route.roles || (session.token !== undefined && route.roles.some((role) => session.roles.includes(role)));

// Where somebody begins: the first page of the menu that is his, or the search of who only reads.
export const homeOf = (session) => routes.find((route) => route.menu && mayOpen(route, session))
	?? routes.find((route) => route.roles && !route.path.includes("{") && mayOpen(route, session)) ?? routes[0];

function parametersOf(path, parts) {
	const names = path === "" ? [] : path.split("/");
	if (names.length !== parts.length) return null;
	const parameters = {};
	for (const [i, name] of names.entries()) {
		if (name.startsWith("{")) parameters[name.slice(1, -1)] = parts[i];
		else if (name !== parts[i]) return null;
	}
	return parameters;
}

function plain(part) {
	try {
		return decodeURIComponent(part);
	} catch {
		return part; // somebody cut the address off: it will not be found
	}
}

// "#/queue/identify?mine=true" -> its row, {tab: "identify"}, the rest; null: no such page.
export function find(address) {
	const [path, query] = address.replace(/^#?\/?/, "").split("?");
	const parts = path === "" ? [] : path.split("/").map(plain);
	for (const route of routes) {
		const parameters = parametersOf(route.path, parts);
		if (parameters) return { route, parameters, query: new URLSearchParams(query) };
	}
	return null;
}
