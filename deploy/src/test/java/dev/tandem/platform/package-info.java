/// What ships beside the program: the image, the compose file, the chart, alerts and dashboards.
@NullMarked
package dev.tandem.platform;

import org.jspecify.annotations.NullMarked;
