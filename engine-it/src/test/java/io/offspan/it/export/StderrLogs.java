package io.offspan.it.export;

import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Prints every log message of a child, whatever its level, to its standard error, where the gate looks for secrets. Of Jetty those below
 * INFO are left out: they are the bytes on the wire, which docs/operations.md says to keep off.
 */
public final class StderrLogs implements SLF4JServiceProvider {
    /** The flag by which a child takes this instead of what is on the class path. */
    static final String FLAG = "-Dslf4j.provider=" + StderrLogs.class.getName();

    private final ILoggerFactory loggers = Logger::new;
    private final IMarkerFactory markers = new BasicMarkerFactory();
    private final MDCAdapter context = new NOPMDCAdapter();

    @Override
    public ILoggerFactory getLoggerFactory() {
        return loggers;
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markers;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return context;
    }

    @Override
    public String getRequestedApiVersion() {
        return "2.0.99";
    }

    @Override
    public void initialize() {}

    private static final class Logger extends LegacyAbstractLogger {
        private static final long serialVersionUID = 1L;

        private final boolean wire;

        Logger(String name) {
            this.name = name;
            wire = name.startsWith("org.eclipse.jetty.");
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level level, Marker marker, String message, Object[] arguments, Throwable thrown) {
            System.err.println(level + " " + name + " "
                    + MessageFormatter.basicArrayFormat(message, arguments == null ? new Object[0] : arguments));
            if (thrown != null) {
                thrown.printStackTrace();
            }
        }

        @Override
        protected String getFullyQualifiedCallerName() {
            return getClass().getName();
        }

        @Override
        public boolean isTraceEnabled() {
            return !wire;
        }

        @Override
        public boolean isDebugEnabled() {
            return !wire;
        }

        @Override
        public boolean isInfoEnabled() {
            return true;
        }

        @Override
        public boolean isWarnEnabled() {
            return true;
        }

        @Override
        public boolean isErrorEnabled() {
            return true;
        }
    }
}
