/** What leasing decides: plain and synchronous. */
@NullMarked
package io.berth.leasing.domain;

import org.jspecify.annotations.NullMarked;
