/** A service in plain Java that keeps its spans; knows the OpenTelemetry API, and the SDK where it starts. */
@NullMarked
package com.example.checkout;

import org.jspecify.annotations.NullMarked;
