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
{{- $split := list "capture" "translate" "apply" "reconcile" }}
{{- if .Values.api.enabled }}{{ $split = append $split "serve" }}{{ end }}
{{- if .Values.split }}{{ $split | toJson }}{{ else }}{{ list "all" | toJson }}{{ end }}
{{- end }}

{{/* The workload that answers operators. */}}
{{- define "tandem.serving" -}}
{{- ternary "serve" "all" .Values.split }}
{{- end }}

{{/* Who may call, as the program reads it; what is missing ends the rendering. */}}
{{- define "tandem.http" -}}
{{- $api := .Values.api }}
{{- if not (or $api.tokens $api.jwt) }}
{{- fail "api.enabled: nobody may call: add api.tokens or api.jwt" }}
{{- end }}
{{- if and $api.tls.enabled (not $api.tls.secretName) }}
{{- fail "api.tls.secretName: name a Secret of the type kubernetes.io/tls; api.tls.enabled: false sends tokens in the clear" }}
{{- end }}
{{- $http := dict }}
{{- with $api.tokens }}
{{- $tokens := list }}
{{- range . }}
{{- $tokens = append $tokens (dict "name" .name "role" .role "token" (printf "${file:tokens/%s}" .name)) }}
{{- end }}
{{- $_ := set $http "tokens" $tokens }}
{{- end }}
{{- with $api.jwt }}{{ $_ := set $http "jwt" . }}{{ end }}
{{- if $api.tls.enabled }}
{{- $_ := set $http "tls" (dict "certificate" "tls/tls.crt" "key" "tls/tls.key") }}
{{- end }}
{{- toYaml $http }}
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
  value: {{ printf "@/opt/tandem/java.options %s" . | quote }}
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

{{/* Who may call, each token and the certificate, in one folder. */}}
{{- define "tandem.apiVolume" -}}
- name: api
  projected:
    sources:
      - configMap:
          name: {{ include "tandem.fullname" . }}-api
      {{- range .Values.api.tokens }}
      - secret:
          name: {{ .secret.name | quote }}
          items:
            - { key: {{ .secret.key | quote }}, path: {{ printf "tokens/%s" .name | quote }} }
      {{- end }}
      {{- if .Values.api.tls.enabled }}
      - secret:
          name: {{ .Values.api.tls.secretName | quote }}
          items:
            - { key: tls.crt, path: tls/tls.crt }
            - { key: tls.key, path: tls/tls.key }
      {{- end }}
{{- end }}
