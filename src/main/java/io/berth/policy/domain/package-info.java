/** How a pack's text becomes rules, and how the rules judge. */
@NullMarked
package io.berth.policy.domain;

import org.jspecify.annotations.NullMarked;
