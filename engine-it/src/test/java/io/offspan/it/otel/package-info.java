/** What the integration with the OpenTelemetry SDK promises a service, shown with services in JVMs of their own. */
package io.offspan.it.otel;
