/* One row a test file, in the order of the tree; included twice by run.c. */
SUITE(suite_base)
SUITE(suite_key)
SUITE(suite_proc)
SUITE(suite_crl)
SUITE(suite_ocsp)
SUITE(suite_token)
