/*
 * fault_point: named places where a test may kill a daemon, as a power cut would. Only in builds with -DINKAN_FAULTS: when
 * the file named by INKAN_FAULT holds this point's name, the file is removed and the process ends by SIGKILL. Other builds
 * have no such way.
 */
#ifndef COMMON_PROC_FAULT_POINT_H
#define COMMON_PROC_FAULT_POINT_H

#ifdef INKAN_FAULTS
void fault_point(const char *name);
#else
#define fault_point(name) ((void)0)
#endif

#endif
