-- The registry's roles: one for each process that connects, each with the least rights (schema.sql grants them).
-- Run once per cluster by its superuser; running it again changes nothing.
DO $$
DECLARE
	role text;
BEGIN
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'inkan_owner') THEN
		CREATE ROLE inkan_owner NOLOGIN;
	END IF;
	FOREACH role IN ARRAY ARRAY['inkan_lra', 'inkan_ra', 'inkan_orders', 'inkan_ca', 'inkan_publish',
		'inkan_status', 'inkan_audit', 'inkan_notices', 'inkan_subscriber'] LOOP
		IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
			EXECUTE format('CREATE ROLE %I LOGIN NOINHERIT', role);
		END IF;
		EXECUTE format('ALTER ROLE %I SET search_path = inkan', role);
		-- A process that hangs within a transaction must not keep revocations out of the CRL (settled_transaction), and
		-- nobody waits for ever behind another's lock: the daemons try again.
		EXECUTE format('ALTER ROLE %I SET idle_in_transaction_session_timeout = %L', role, '60s');
		EXECUTE format('ALTER ROLE %I SET lock_timeout = %L', role, '10s');
		-- Each statement touches few rows: to compile it takes longer than to run it.
		EXECUTE format('ALTER ROLE %I SET jit = off', role);
	END LOOP;
END
$$;
