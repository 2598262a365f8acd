#include "common/flow/batch.h"

#include "common/base/log.h"

struct step {
	const struct batch_work *work;
	void *context;
	size_t row;
	struct err why;
};

static RESULT work_on(void *context, struct db_tx *tx)
{
	const struct step *step = context;
	return step->work->work(step->context, tx, step->row);
}

static RESULT refuse(void *context, struct db_tx *tx)
{
	const struct step *step = context;
	return step->work->refuse(step->context, tx, step->row, step->why);
}

static RESULT answer(struct db_tx *tx, struct step *step)
{
	step->why = db_part(tx, work_on, step);
	if (!err_is(step->why) || err_is_passing(step->why) || step->work->refuse == NULL)
		return step->why;
	return db_part(tx, refuse, step);
}

RESULT batch_run(struct db_tx *tx, size_t count, const struct batch_work *work,
	void *context, size_t *done)
{
	size_t answered = 0;
	for (size_t i = 0; i < count; i++) {
		struct step step = { work, context, i, OK };
		struct err err = answer(tx, &step);
		if (err_is_passing(err))
			return err;
		if (err_is(err))
			log_err(NULL, "a row of the registry is left as it is", err);
		else
			answered++;
	}
	*done = answered;
	return OK;
}
