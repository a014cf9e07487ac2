/**
 * What officers and auditors do over everything: the audit trail over REST, and the file of
 * evidence about a lease.
 */
@NullMarked
package io.berth.compliance;

import org.jspecify.annotations.NullMarked;
