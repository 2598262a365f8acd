# Shared by demo/run and demo/walk: where the demo lives and how its commands are called.
home=$(tools/home "${INKAN_HOME:-run}")
# Asked again by what installs it: a fresh machine has none yet when this file is read.
find_softhsm() { softhsm=$(ls /usr/lib/softhsm/libsofthsm2.so /usr/lib/*/softhsm/libsofthsm2.so 2>/dev/null | head -n 1 || true); }
find_softhsm

read_addresses() {
	[ -e "$home/addresses.json" ] || { echo "nothing runs in $home; make demo starts it" >&2; exit 4; }
	status_url=$(sed 's/.*"status":"\([^"]*\)".*/\1/' "$home/addresses.json")
	lra_url=$(sed 's/.*"lra":"\([^"]*\)".*/\1/' "$home/addresses.json")
	counter_url=$(sed 's/.*"counter":"\([^"]*\)".*/\1/' "$home/addresses.json")
	subscriber_url=$(sed 's/.*"subscriber":"\([^"]*\)".*/\1/' "$home/addresses.json")
	holder_url=$(sed 's/.*"holder":"\([^"]*\)".*/\1/' "$home/addresses.json")
	ra_url=$(sed 's/.*"ra":"\([^"]*\)".*/\1/' "$home/addresses.json")
}

# Any of the daemons: what one of them reads is not exchanged below it.
is_running() {
	local name
	for name in ca ra lra status; do
		if [ -e "$home/pid/$name" ] && kill -0 "$(cat "$home/pid/$name")" 2>/dev/null; then return 0; fi
	done
	return 1
}

# As the OS user that the registry knows by peer; without root there is only the caller.
run_as() {
	local user=$1; shift
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid "$user" --regid "$user" --clear-groups "$@"
	else
		"$@"
	fi
}
