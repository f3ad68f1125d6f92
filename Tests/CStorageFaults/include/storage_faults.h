#ifndef STORAGE_FAULTS_H
#define STORAGE_FAULTS_H

/// From now on, after so many calls that succeed, every fsync and fdatasync of a file whose path contains `where` fails
/// with EIO. A null path ends that.
void storage_faults_arm(const char *where, long calls);

/// How many calls have failed since.
long storage_faults_count(void);

/// Holds up every write of the process, so that files that belong together can be copied as they are at one moment: what
/// a power cut leaves of a disk that keeps the order of writes.
void storage_freeze(void);

/// Lets writes go on; from the first time they are counted.
///
/// @returns how many writes have passed since the freeze before.
long storage_thaw(void);

#endif
