{{- define "fairlead.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}

{{- /* Of one component; with a dict of root and name. */ -}}
{{- define "fairlead.selector" -}}
app.kubernetes.io/name: fairlead
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end }}

{{- define "fairlead.labels" -}}
{{ include "fairlead.selector" . }}
app.kubernetes.io/part-of: fairlead
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
{{- end }}

{{- /* What both roles read: all documents. */ -}}
{{- define "fairlead.reads" -}}
- apiGroups: [""]
  resources: [services, nodes]
  verbs: [list, watch]
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [list, watch]
- apiGroups: [gateway.networking.k8s.io]
  resources: [gatewayclasses, gateways, httproutes, grpcroutes, tlsroutes, tcproutes, backendtlspolicies, referencegrants]
  verbs: [list, watch]
- apiGroups: [fairlead.dev]
  resources: [clusterprofiles, pricesheets, serviceendpoints, staticresponses, trafficobjectives, trafficpolicies]
  verbs: [list, watch]
{{- end }}

{{- /* The pod's settings that are the same for all; with a dict of root, name and of (the component's values). */ -}}
{{- define "fairlead.pod" -}}
serviceAccountName: {{ .root.Release.Name }}-{{ .name }}
automountServiceAccountToken: true
enableServiceLinks: false
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .of.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .of.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .of.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
  {{- range tuple "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{- include "fairlead.selector" $ | nindent 8 }}
  {{- end }}
restartPolicy: Always
dnsPolicy: ClusterFirst
schedulerName: default-scheduler
{{- end }}

{{- define "fairlead.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
capabilities: {drop: [ALL]}
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "fairlead.environment" -}}
- name: POD_NAME
  valueFrom: {fieldRef: {apiVersion: v1, fieldPath: metadata.name}}
- name: POD_NAMESPACE
  valueFrom: {fieldRef: {apiVersion: v1, fieldPath: metadata.namespace}}
- name: NODE_NAME
  valueFrom: {fieldRef: {apiVersion: v1, fieldPath: spec.nodeName}}
- name: FAIRLEAD_JAVA_OPTS
  value: {{ .of.javaOptions | quote }}
{{- end }}

{{- /* Arguments of both roles. */ -}}
{{- define "fairlead.args" -}}
- run
- --kubernetes
- --role={{ .name }}
{{- with .root.Values.cluster }}
- --cluster={{ . }}
{{- end }}
{{- if .root.Values.admin.exposed }}
- --admin=0.0.0.0:9901
- --admin-token-file=/etc/fairlead/admin/token
{{- end }}
{{- end }}

{{- define "fairlead.probes" -}}
startupProbe:
  exec: {command: [/opt/fairlead/healthy, livez]}
  periodSeconds: 2
  failureThreshold: 60
  timeoutSeconds: 5
  successThreshold: 1
livenessProbe:
  exec: {command: [/opt/fairlead/healthy, livez]}
  periodSeconds: 10
  failureThreshold: 6
  timeoutSeconds: 5
  successThreshold: 1
readinessProbe:
  exec: {command: [/opt/fairlead/healthy, readyz]}
  periodSeconds: 5
  failureThreshold: 2
  timeoutSeconds: 5
  successThreshold: 1
{{- end }}

{{- /* Of what an uninstallation begins with; with its place among the others. */ -}}
{{- define "fairlead.hook" -}}
helm.sh/hook: pre-delete
helm.sh/hook-weight: {{ . | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end }}

{{- /* tcnative's library is unpacked there. */ -}}
{{- define "fairlead.mounts" -}}
- {name: tmp, mountPath: /tmp}
{{- if .root.Values.admin.exposed }}
- {name: admin-token, mountPath: /etc/fairlead/admin, readOnly: true}
{{- end }}
{{- end }}

{{- define "fairlead.volumes" -}}
- name: tmp
  emptyDir: {sizeLimit: 64Mi}
{{- if .root.Values.admin.exposed }}
- name: admin-token
  secret: {secretName: {{ .root.Values.admin.tokenSecret }}, defaultMode: 0440}
{{- end }}
{{- end }}
