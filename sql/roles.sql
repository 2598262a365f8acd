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
		'inkan_status', 'inkan_audit'] LOOP
		IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
			EXECUTE format('CREATE ROLE %I LOGIN NOINHERIT', role);
		END IF;
		EXECUTE format('ALTER ROLE %I SET search_path = inkan', role);
	END LOOP;
END
$$;
