@echo off
rem The demo tool: works on Waybill's sample project from a fixed script. Arguments: the prompt's file, the mended program.
rem It tells what it does in Waybill's event vocabulary, one JSON object a line.
setlocal
echo {"type":"session_started","agent_session_id":null,"model":null}
echo {"type":"text","text":"This is the demo tool, a script and not an AI. It shows how an issue becomes a branch."}
if not exist postage.sh goto note
git diff --no-index --quiet -- "%~2" postage.sh
if not errorlevel 1 goto note
echo {"type":"text","text":"Parcels over 500 g have no rate of their own. I add the two that are missing."}
copy /y "%~2" postage.sh >nul
if errorlevel 1 goto failed
echo {"type":"file_changed","path":"postage.sh","kind":"modified"}
:note
set kind=modified
if not exist CHANGES.md set kind=added
>>CHANGES.md echo - a request worked by the demo tool
if errorlevel 1 goto failed
echo {"type":"file_changed","path":"CHANGES.md","kind":"%kind%"}
echo {"type":"finished","ok":true,"summary":"Heavy parcels have rates of their own now. The sample's tests need a POSIX shell and were not run.","agent_session_id":null}
exit /b 0
:failed
echo {"type":"finished","ok":false,"summary":"A file could not be written.","agent_session_id":null}
exit /b 0
