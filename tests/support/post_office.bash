# post_office: a mail server and a receiver of webhooks for a story (post_office.py), and the demo's settings that name them.
# Sourced behind story.bash and before story_begin; what came lies in $out/mail and $out/hook.

free_port() { /usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# post_office_settings NAME: for story_begin NAME
post_office_settings() {
	local real
	smtp_port=$(free_port) hook_port=$(free_port)
	real=$(mkdir -p build; INKAN_HOME=$PWD/build/story-$1; tools/home "$INKAN_HOME")
	export INKAN_DEMO_NOTICES='look = "1 s"; sweep = "2 s"; lease = "4 s"; retry = { first = "1 s"; most = "2 s"; giveUp = "60 s"; };'
	export INKAN_DEMO_MAIL="server = \"smtp://localhost:$smtp_port\";"
	export INKAN_DEMO_WEBHOOKS="webhooks = ( { name = \"personnel\"; url = \"https://localhost:$hook_port/inkan/notices\";
		ca = \"$real/conf/server-ca.pem\"; secret = \"file:$real/conf/webhook.secret\"; } );"
}

post_office=
open_post_office() {
	out=$work/outside; mkdir -p "$out"
	/usr/bin/python3 tests/support/post_office.py "$smtp_port" "$hook_port" "$home/conf/lra-chain.pem" "$home/ceremony/lra.key" "$out" \
		>"$work/post-office.log" 2>&1 &
	post_office=$!
	wait_until 10 grep -q open "$work/post-office.log"
}
close_post_office() { kill "$post_office"; wait "$post_office" 2>/dev/null; post_office=; }
end_post_office() { [ -z "$post_office" ] || kill "$post_office" 2>/dev/null; }
