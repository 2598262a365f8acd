# Shared by demo/run and demo/walk: where the demo lives and how its commands are called.
home=$(tools/home "${INKAN_HOME:-run}")
softhsm=$(ls /usr/lib/softhsm/libsofthsm2.so /usr/lib/*/softhsm/libsofthsm2.so 2>/dev/null | head -n 1 || true)

read_addresses() {
	[ -e "$home/addresses.json" ] || { echo "nothing runs in $home; make demo starts it" >&2; exit 4; }
	status_url=$(sed 's/.*"status":"\([^"]*\)".*/\1/' "$home/addresses.json")
	lra_url=$(sed 's/.*"lra":"\([^"]*\)".*/\1/' "$home/addresses.json")
	ra_url=$(sed 's/.*"ra":"\([^"]*\)".*/\1/' "$home/addresses.json")
}

is_running() { [ -e "$home/pid/ca" ] && kill -0 "$(cat "$home/pid/ca")" 2>/dev/null; }

# As the OS user that the registry knows by peer; without root there is only the caller.
run_as() {
	local user=$1; shift
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid "$user" --regid "$user" --clear-groups "$@"
	else
		"$@"
	fi
}
