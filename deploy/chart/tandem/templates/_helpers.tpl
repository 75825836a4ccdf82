{{- define "tandem.fullname" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "tandem.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "tandem.labels" -}}
{{ include "tandem.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "tandem.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* The roles that have a workload, as a list in JSON. */}}
{{- define "tandem.workloads" -}}
{{- if .Values.split }}{{ list "capture" "translate" "apply" "reconcile" | toJson }}{{ else }}{{ list "all" | toJson }}{{ end }}
{{- end }}

{{- define "tandem.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "tandem.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{- define "tandem.environment" -}}
{{- with .Values.javaOptions }}
- name: JDK_JAVA_OPTIONS
  value: {{ . | quote }}
{{- end }}
{{- range $name, $value := .Values.environment }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- range $name, $from := .Values.secrets }}
- name: {{ $name }}
  valueFrom:
    secretKeyRef: { name: {{ $from.name | quote }}, key: {{ $from.key | quote }} }
{{- end }}
{{- end }}

{{/* A path as a key of a ConfigMap, which may hold no slash. */}}
{{- define "tandem.key" -}}{{ . | replace "/" "__" }}{{- end }}

{{/* A ConfigMap of the spec's files up to its annotations: `root`, `name`. */}}
{{- define "tandem.spec" }}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .name }}
  labels: {{- include "tandem.labels" .root | nindent 4 }}
{{- end }}

{{- define "tandem.files" -}}
data:
  {{- range $path, $content := .Values.migration.files }}
  {{ include "tandem.key" $path | quote }}: {{ $content | quote }}
  {{- end }}
{{- end }}

{{/* `root`, and in `files` the ConfigMap of the spec's files. */}}
{{- define "tandem.volumes" -}}
{{- $migration := .root.Values.migration }}
- name: spec
  configMap:
    {{- with $migration.existingConfigMap }}
    {{- if .name }}
    name: {{ .name }}
    {{- with .items }}
    items: {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- else }}
    name: {{ $.files }}
    items:
      {{- range $path, $_ := $migration.files }}
      - { key: {{ include "tandem.key" $path | quote }}, path: {{ $path | quote }} }
      {{- end }}
    {{- end }}
    {{- end }}
# Native libraries are unpacked here before they are loaded.
- name: tmp
  emptyDir: { sizeLimit: 1Gi }
{{- with .root.Values.volumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "tandem.mounts" -}}
- { name: spec, mountPath: /etc/tandem, readOnly: true }
- { name: tmp, mountPath: /tmp }
{{- with .Values.mounts }}
{{ toYaml . }}
{{- end }}
{{- end }}
