#ifndef STORAGE_FAULTS_H
#define STORAGE_FAULTS_H

/// From now on, after so many calls that succeed, every fsync and fdatasync of a file whose path contains `where` fails
/// with EIO. A null path ends that.
void storage_faults_arm(const char *where, long calls);

/// How many calls have failed since.
long storage_faults_count(void);

#endif
