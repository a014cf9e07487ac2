/**
 * What officers and auditors do over everything: what if and wind-down orders, the audit trail over
 * REST, and the file of evidence about a lease.
 */
@NullMarked
package io.berth.compliance;

import org.jspecify.annotations.NullMarked;
