/* desk: what lies before who draws: the documents under way, each behind a socket of its own. */
#ifndef LRA_PAPER_DESK_H
#define LRA_PAPER_DESK_H

#include "common/paper/paper.h"

/* Takes jobs from the channel (lra/paper/job.h) and draws them, many side by side, until proc_stop or its end. */
RESULT desk_serve(int channel, struct paper_fonts *fonts);

#endif
