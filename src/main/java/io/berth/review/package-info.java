/** Review cases: questions that people answer, two of them where the answer is yes. */
@NullMarked
package io.berth.review;

import org.jspecify.annotations.NullMarked;
