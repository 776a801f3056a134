/** The store held to the contract of the test kit. */
@NullMarked
package io.offspan.it.contract;

import org.jspecify.annotations.NullMarked;
